/** Asks `/health` at a steady pace while a load runs. */
import type { Bench } from './bench.ts';
import { nodeCommand, numbersIn, type ChildSide } from './children/child-side.ts';
import { Conversation } from './children/conversation.ts';
import { quietRounds } from './compare-sides.ts';
import { figure, type Bound, type Finding } from './measurement/finding.ts';

export interface ProbedLoad {
  readonly load: ChildSide;
  /** Of the server that both ask. */
  readonly port: number;
  /** Items of the load before the probe begins. */
  readonly warmUpItems: number;
  /** What an item of the load is. */
  readonly items: string;
  /** Longest p99 of an answer, in milliseconds. */
  readonly bound: Bound;
}

const everyMilliseconds = 10;

/** A question that falls into the quiet after the load would flatter the server. */
const loadPerProbe = 1.3;

export async function probeUnderLoad(
  bench: Bench,
  words: string,
  { load, port, warmUpItems, items, bound }: ProbedLoad,
): Promise<Omit<Finding, 'scenario' | 'promise' | 'foreignShare'>> {
  const milliseconds = bench.isQuick ? 4_000 : 15_000;
  const prober = new Conversation(nodeCommand('load-generator'));
  try {
    await prober.ask({ task: 'open', port, path: '/health', pictures: [] });
    bench.progress(`${words}, warming up`);
    const warmUp = await load.run(warmUpItems);
    const rate = warmUpItems / warmUp.seconds;
    const count = Math.ceil(((loadPerProbe * milliseconds) / 1000) * rate);
    const probing = `${words}, ${milliseconds / 1000} s under load`;
    bench.progress(probing);
    const quiet = quietRounds(bench, probing);
    const { numbers, seconds } = await quiet.around(async () => {
      const loading = load.run(count);
      const probe = { task: 'probe', path: '/health', everyMilliseconds, milliseconds };
      const answer = numbersIn(await prober.ask(probe));
      return { numbers: answer, seconds: (await loading).seconds };
    });
    quiet.finish();
    return {
      result: { value: numbers['p99Milliseconds'] ?? NaN, unit: 'ms' },
      bound,
      details: [
        figure('median', numbers['medianMilliseconds'] ?? NaN, 'ms'),
        figure('longest', numbers['maxMilliseconds'] ?? NaN, 'ms'),
        figure('asked', numbers['asked'] ?? NaN, 'times'),
        figure('load meanwhile', count / seconds, `${items}/s`),
      ],
    };
  } finally {
    await prober.close();
  }
}
