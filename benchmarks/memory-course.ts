/** How the resident memory of a server goes under thousands of requests, and whether it still grows. */
import type { Bench } from './bench.ts';
import { withSides, type ChildSideOptions } from './children/child-side.ts';
import type { ServerProcess } from './children/server-process.ts';
import { figure, type Bound, type Figure, type NamedFigure, atMost } from './measurement/finding.ts';
import { processStatus, type ProcessStatus } from './surroundings/process-status.ts';

export const noProcessStatus = 'this system has no /proc to read the memory of a process from';

export interface MemoryCourse {
  readonly atStart: ProcessStatus;
  /** After equal numbers of requests. */
  readonly course: readonly ProcessStatus[];
  readonly requests: number;
}

export interface MemoryLoad {
  /** What is measured, for the progress line. */
  readonly words: string;
  readonly requests: number;
  /** Looks at the memory, in equal distances. */
  readonly slices: number;
  readonly load: ChildSideOptions;
}

export async function memoryCourse(
  bench: Bench,
  server: ServerProcess,
  { words, requests, slices, load }: MemoryLoad,
): Promise<MemoryCourse> {
  const atStart = await statusOf(server);
  const course: ProcessStatus[] = [];
  await withSides([load], async ([side]) => {
    for (let slice = 1; slice <= slices; slice += 1) {
      bench.progress(`${words}, ${((slice - 1) * requests) / slices} of ${requests} requests`);
      await side?.run(requests / slices);
      course.push(await statusOf(server));
    }
  });
  return { atStart, course, requests };
}

/** Beyond what a heap breathes in and out. */
const allowedGrowth = { share: 0.05, megabytes: 10 };

/**
 * Growth from one look to the last, with what is promised of it.
 *
 * @param from counted from 1
 */
export function growthSince(
  { course, requests }: MemoryCourse,
  from: number,
): { readonly result: Figure; readonly bound: Bound; readonly details: readonly NamedFigure[] } {
  const [first, last] = [course[from - 1], course.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the course is incomplete');
  return {
    result: { value: last.resident - first.resident, unit: 'MB' },
    bound: atMost(first.resident * allowedGrowth.share + allowedGrowth.megabytes),
    details: course.map(({ resident }, index) =>
      figure(`after ${((index + 1) * requests) / course.length}`, resident, 'MB'),
    ),
  };
}

async function statusOf({ pid }: ServerProcess): Promise<ProcessStatus> {
  const status = await processStatus(pid);
  if (status === undefined) throw new Error('the server process is gone');
  return status;
}
