/** How much memory a server holds after thousands of requests, and whether it still grows. */
import type { Bench, Scenario } from '../bench.ts';
import { withSides } from '../children/child-side.ts';
import { withServer, type ServerProcess } from '../children/server-process.ts';
import { httpSide } from '../children/side-options.ts';
import { atMost, figure } from '../measurement/finding.ts';
import type { ModelKind, ModelUnderTest } from '../surroundings/find-models.ts';
import { processStatus, type ProcessStatus } from '../surroundings/process-status.ts';

const connections = 8;
const slices = 10;
const bounds: Record<ModelKind, number | undefined> = { edgetpu: 350, resnet50: 600, other: undefined };

/** Beyond what a heap breathes in and out. */
const allowedGrowth = { share: 0.05, megabytes: 10 };

export const memory: Scenario = {
  name: 'memory',
  title: 'resident memory after 5 000 requests, and its growth during the second half',
  async run(bench) {
    if ((await processStatus(process.pid)) === undefined) {
      bench.skipped('this system has no /proc to read the memory of a process from');
      return;
    }
    for (const model of bench.models) {
      await withServer(bench, { model }, (server) => measure(bench, model, server));
    }
  },
};

async function measure(bench: Bench, model: ModelUnderTest, server: ServerProcess): Promise<void> {
  const requests = bench.isQuick ? 500 : 5000;
  const atStart = await statusOf(server);
  const course: ProcessStatus[] = [];
  await withSides([httpSide(bench, model, { port: server.port, connections })], async ([load]) => {
    for (let slice = 1; slice <= slices; slice += 1) {
      bench.progress(`${model.name}, ${((slice - 1) * requests) / slices} of ${requests} requests`);
      await load?.run(requests / slices);
      course.push(await statusOf(server));
    }
  });
  report(bench, model, { atStart, course, requests });
}

function report(
  bench: Bench,
  model: ModelUnderTest,
  {
    atStart,
    course,
    requests,
  }: { atStart: ProcessStatus; course: readonly ProcessStatus[]; requests: number },
): void {
  const [half, end] = [course[slices / 2 - 1], course[slices - 1]];
  if (half === undefined || end === undefined) throw new Error('the course is incomplete');
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
    result: { value: end.resident - half.resident, unit: 'MB' },
    bound: atMost(half.resident * allowedGrowth.share + allowedGrowth.megabytes),
    details: course.map(({ resident }, index) =>
      figure(`after ${((index + 1) * requests) / slices}`, resident, 'MB'),
    ),
  });
}

async function statusOf({ pid }: ServerProcess): Promise<ProcessStatus> {
  const status = await processStatus(pid);
  if (status === undefined) throw new Error('the server process is gone');
  return status;
}
