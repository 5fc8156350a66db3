/** How much memory a server holds after thousands of requests, and whether it still grows. */
import type { Bench, Scenario } from '../bench.ts';
import { withServer } from '../children/server-process.ts';
import { httpSide } from '../children/side-options.ts';
import { atMost, figure } from '../measurement/finding.ts';
import { growthSince, memoryCourse, noProcessStatus, type MemoryCourse } from '../memory-course.ts';
import type { ModelKind, ModelUnderTest } from '../surroundings/find-models.ts';
import { processStatus } from '../surroundings/process-status.ts';

const connections = 8;
const slices = 10;
const bounds: Record<ModelKind, number | undefined> = { edgetpu: 350, resnet50: 600, other: undefined };

export const memory: Scenario = {
  name: 'memory',
  title: 'resident memory after 5 000 requests, and its growth during the second half',
  async run(bench) {
    if ((await processStatus(process.pid)) === undefined) {
      bench.skipped(noProcessStatus);
      return;
    }
    for (const model of bench.models) {
      await withServer(bench, { model }, async (server) => {
        const load = httpSide(bench, model, { port: server.port, connections });
        const requests = bench.isQuick ? 500 : 5000;
        report(
          bench,
          model,
          await memoryCourse(bench, server, { words: model.name, requests, slices, load }),
        );
      });
    }
  },
};

function report(bench: Bench, model: ModelUnderTest, course: MemoryCourse): void {
  const { atStart, requests } = course;
  const end = course.course.at(-1) ?? atStart;
  const bound = bounds[model.kind];
  bench.found({
    model: model.name,
    promise: `resident after ${requests} requests`,
    result: { value: end.resident, unit: 'MB' },
    ...(bound === undefined ? {} : { bound: atMost(bound) }),
    details: [
      figure('of it anonymous', end.anonymous, 'MB'),
      figure('mapped files', end.file, 'MB'),
      figure('shared', end.shared, 'MB'),
      figure('peak', end.peak, 'MB'),
      figure('when ready', atStart.resident, 'MB'),
    ],
  });
  bench.found({
    model: model.name,
    promise: `growth during the second half of ${requests} requests`,
    ...growthSince(course, slices / 2),
  });
}
