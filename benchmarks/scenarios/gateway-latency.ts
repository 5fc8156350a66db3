/** What a lone client waits longer for because of the gateway, before a backend that answers at once ÷ a bare forwarder. */
import type { Bench, Scenario } from '../bench.ts';
import { predictPath } from '../children/constant-rest.ts';
import { withListener } from '../children/listening.ts';
import {
  classifyPath,
  protocolWords,
  tierProtocols,
  warmUpItems,
  withBackend,
  withGateway,
  type SecondTier,
} from '../children/second-tier.ts';
import { loadSide } from '../children/side-options.ts';
import { compareSides, type Compared } from '../compare-sides.ts';
import { addedBy } from '../measurement/added.ts';
import { atMost, figure, ratio } from '../measurement/finding.ts';
import type { SideRounds } from '../measurement/interleave.ts';
import { median } from '../measurement/statistics.ts';

const bound = atMost(2.5);

/** What the compiler makes of a program differs from process to process and lasts as long as they do. */
const starts = 3;

/** One request in a hundred depends on what else the machine does in a second, so that every second asks all sides. */
const pace = { rounds: 7, secondsPerRound: 1 };

const quantiles = {
  p50: ({ medianMilliseconds }: SideRounds) => medianMilliseconds,
  p99: ({ runs }: SideRounds) => runs.map(({ extra }) => extra['p99Milliseconds'] ?? NaN),
};

export const gatewayLatency: Scenario = {
  name: 'gateway-latency',
  title: 'what the gateway adds to the latency of a backend ÷ what a bare HTTP forwarder adds',
  isModelFree: true,
  run: (bench) =>
    withBackend(bench, async (tier) => {
      for (const protocol of tierProtocols) {
        const compared: Compared[] = [];
        const count = bench.isQuick ? 1 : starts;
        for (let start = 1; start <= count; start += 1) {
          const words = `${protocolWords[protocol]}, start ${start} of ${count}`;
          await withGateway(bench, tier, protocol, async ({ port }) => {
            compared.push(await compare(bench, tier, { words, port }));
          });
        }
        report(bench, protocolWords[protocol], compared);
      }
    }),
};

/** A gateway and a forwarder that have just been started. */
function compare(
  bench: Bench,
  { backend, pictures }: SecondTier,
  { words, port }: { readonly words: string; readonly port: number },
): Promise<Compared> {
  const common = { pictures, connections: 1 };
  return withListener('bare-forwarder', { port: backend.rest, path: predictPath }, (forwarder) =>
    compareSides(bench, {
      words,
      concurrency: 1,
      warmUpItems,
      pace,
      ours: loadSide({ ...common, name: 'gateway', port, path: classifyPath }),
      theirs: [
        loadSide({ ...common, name: 'forwarder', port: forwarder['port'] ?? NaN, path: '/' }),
        loadSide({ ...common, name: 'direct', port: backend.rest, path: predictPath }),
      ],
    }),
  );
}

function report(bench: Bench, words: string, compared: readonly Compared[]): void {
  for (const [name, of] of Object.entries(quantiles)) {
    const [ours, theirs, direct] = [
      compared.flatMap((start) => of(start.ours)),
      compared.flatMap((start) => of(sideOf(start, 0))),
      compared.flatMap((start) => of(sideOf(start, 1))),
    ];
    const added = addedBy({ ours, theirs, direct });
    bench.found({
      promise: `${name} that the gateway adds over ${words} ÷ a bare forwarder`,
      ours: figure('gateway', added.ours, 'ms'),
      theirs: figure('forwarder', added.theirs, 'ms'),
      result: ratio(added.ratio),
      bound,
      details: [
        figure('through the gateway', median(ours), 'ms'),
        figure('through the forwarder', median(theirs), 'ms'),
        figure('directly', median(direct), 'ms'),
      ],
    });
  }
}

function sideOf({ theirs }: Compared, index: number): SideRounds {
  const side = theirs[index];
  if (side === undefined) throw new Error('a side is missing');
  return side;
}
