/** Waits for a quiet machine and repeats what was disturbed: other programs must leave the processors alone. */

/** Begins to watch; the returned function tells the share of the processors that others used since, if it can. */
export type WatchForeignLoad = () => Promise<() => Promise<number | undefined>>;

export interface QuietOptions {
  readonly watch: WatchForeignLoad;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds, from any start. */
  readonly now: () => number;
  /** Told while it waits, with the share that others use. */
  readonly onDisturbed: (share: number) => void;
  /** What may be spent on waiting and on repetitions; shared by measurements that belong together. */
  readonly patience: { milliseconds: number };
}

export interface QuietResult<Result> {
  readonly result: Result;
  /** Share of the processors that others used during the measurement that counts; undefined when unknown. */
  readonly foreignShare: number | undefined;
}

/** Above this share, from 0 to 1, a measurement is repeated. */
export const disturbingShare = 0.04;
const lookMilliseconds = 300;

/** The first undisturbed measurement; when patience ends before there is one, the least disturbed. */
export async function quietly<Result>(
  measure: () => Promise<Result>,
  options: QuietOptions,
): Promise<QuietResult<Result>> {
  const { watch, now, patience, onDisturbed } = options;
  let best: QuietResult<Result> | undefined;
  for (;;) {
    await waitForQuiet(options);
    const began = now();
    const shareSince = await watch();
    const result = await measure();
    const foreignShare = await shareSince();
    if (foreignShare === undefined || foreignShare <= disturbingShare) return { result, foreignShare };
    if (best?.foreignShare === undefined || foreignShare < best.foreignShare) best = { result, foreignShare };
    patience.milliseconds -= now() - began;
    if (patience.milliseconds <= 0) return best;
    onDisturbed(foreignShare);
  }
}

/** Looks at the machine until it is quiet or patience ends. */
async function waitForQuiet({ watch, sleep, now, patience, onDisturbed }: QuietOptions): Promise<void> {
  while (patience.milliseconds > 0) {
    const began = now();
    const shareSince = await watch();
    await sleep(lookMilliseconds);
    const share = (await shareSince()) ?? 0;
    if (share <= disturbingShare) return;
    patience.milliseconds -= now() - began;
    onDisturbed(share);
  }
}
