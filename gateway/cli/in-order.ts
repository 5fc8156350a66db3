/** Works on several items at once and hands the results on in the order of the items. */

export interface InOrderOptions<Item, Result> {
  readonly items: readonly Item[];
  /** How many may be worked on at the same time; results waiting for an earlier one count. */
  readonly width: number;
  readonly work: (item: Item) => Promise<Result>;
  readonly done: (result: Result) => void;
  readonly signal: AbortSignal;
}

export async function inOrder<Item, Result>(options: InOrderOptions<Item, Result>): Promise<void> {
  const running: Promise<Result>[] = [];
  for (const item of options.items) {
    if (options.signal.aborted) break;
    running.push(options.work(item));
    if (running.length >= options.width) await handOn(running, options.done);
  }
  while (running.length > 0) await handOn(running, options.done);
}

async function handOn<Result>(running: Promise<Result>[], done: (result: Result) => void): Promise<void> {
  const first = running.shift();
  if (first !== undefined) done(await first);
}
