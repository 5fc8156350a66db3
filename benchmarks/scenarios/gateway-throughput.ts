/** What asking a backend costs: requests a second before one that answers at once ÷ the same gateway answering by itself. */
import type { Bench, Scenario } from '../bench.ts';
import {
  classifyPath,
  protocolWords,
  tierProtocols,
  warmUpItems,
  withBackend,
  withGateway,
  type TierProtocol,
} from '../children/second-tier.ts';
import { loadSide } from '../children/side-options.ts';
import { withLoneGateway } from '../children/with-lone-gateway.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';

const connections = 8;
const bounds: Readonly<Record<TierProtocol, number>> = { rest: 0.35, grpc: 0.5 };

export const gatewayThroughput: Scenario = {
  name: 'gateway-throughput',
  title: 'requests a second of the gateway before a backend ÷ the same gateway answering by itself',
  isModelFree: true,
  run: (bench) =>
    withBackend(bench, async (tier) => {
      await withLoneGateway(bench, async (lone) => {
        for (const protocol of tierProtocols) {
          await withGateway(bench, tier, protocol, (gateway) =>
            compare(bench, { protocol, gateway: gateway.port, lone: lone.port, pictures: tier.pictures }),
          );
        }
      });
    }),
};

async function compare(
  bench: Bench,
  ports: {
    readonly protocol: TierProtocol;
    readonly gateway: number;
    readonly lone: number;
    readonly pictures: readonly string[];
  },
): Promise<void> {
  const { protocol, gateway, lone, pictures } = ports;
  const common = { pictures, connections, path: classifyPath };
  const words = protocolWords[protocol];
  const { ours, theirs } = await compareSides(bench, {
    words,
    concurrency: connections,
    warmUpItems,
    ours: loadSide({ ...common, name: `over ${words}`, port: gateway }),
    theirs: [loadSide({ ...common, name: 'by itself', port: lone })],
  });
  const alone = fastest(theirs);
  bench.found({
    promise: `${connections} connections, a backend over ${words} ÷ no backend`,
    ours: figure(ours.name, median(ours.rates), 'requests/s'),
    theirs: figure(alone.name, median(alone.rates), 'requests/s'),
    result: ratio(medianRatio(ours.rates, alone.rates)),
    bound: atLeast(bounds[protocol]),
    details: [
      figure('median latency with a backend', median(ours.medianMilliseconds), 'ms'),
      figure('median latency without', median(alone.medianMilliseconds), 'ms'),
    ],
  });
}
