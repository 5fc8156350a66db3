/** Whether the memory of a gateway before a backend stays flat over 20 000 requests. */
import type { Scenario } from '../bench.ts';
import {
  classifyPath,
  protocolWords,
  tierProtocols,
  withBackend,
  withGateway,
} from '../children/second-tier.ts';
import { loadSide } from '../children/side-options.ts';
import { growthSince, memoryCourse, noProcessStatus } from '../memory-course.ts';
import { processStatus } from '../surroundings/process-status.ts';

const connections = 8;
const slices = 8;
/** After a quarter of the requests, caches and heaps have their size. */
const firstSlice = slices / 4;

export const gatewayMemory: Scenario = {
  name: 'gateway-memory',
  title: 'growth of the resident memory of a gateway from 5 000 to 20 000 requests',
  isModelFree: true,
  async run(bench) {
    if ((await processStatus(process.pid)) === undefined) {
      bench.skipped(noProcessStatus);
      return;
    }
    const requests = bench.isQuick ? 4000 : 20_000;
    await withBackend(bench, async (tier) => {
      for (const protocol of tierProtocols) {
        await withGateway(bench, tier, protocol, async (server) => {
          const words = protocolWords[protocol];
          const load = loadSide({
            name: words,
            port: server.port,
            path: classifyPath,
            pictures: tier.pictures,
            connections,
          });
          const course = await memoryCourse(bench, server, { words, requests, slices, load });
          bench.found({
            promise: `growth from ${requests / 4} to ${requests} requests over ${words}`,
            ...growthSince(course, firstSlice),
          });
        });
      }
    });
  },
};
