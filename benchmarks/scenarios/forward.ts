/** What the engine costs: forward passes a second in its workers ÷ bare ONNX Runtime in its best thread layout. */
import type { Scenario } from '../bench.ts';
import { bareNetworkSide, engineNetworkSide, fixedLayouts } from '../children/side-options.ts';
import { compareSides } from '../compare-sides.ts';
import { atLeast, figure, ratio } from '../measurement/finding.ts';
import { fastest } from '../measurement/interleave.ts';
import { median, medianRatio } from '../measurement/statistics.ts';
import { compiledModules } from '../surroundings/compiled-modules.ts';
import { allCpus } from '../surroundings/machine.ts';

export const forward: Scenario = {
  name: 'forward',
  title: "the engine's forward pass ÷ a bare onnxruntime-node loop in its best thread layout",
  async run(bench) {
    const layouts = fixedLayouts(allCpus());
    // Twice as many as the engine has workers, so that none of them ever waits for the next job.
    const concurrency = 2 * allCpus();
    for (const model of bench.models) {
      const { network, preparedShape: inputShape } = await compiledModules(bench, model);
      const { ours, theirs } = await compareSides(bench, {
        words: model.name,
        concurrency,
        ours: engineNetworkSide(bench, model, { inputShape, concurrency }),
        theirs: layouts.map((layout) =>
          bareNetworkSide(
            { name: `bare, ${layout.workers} × ${layout.threads} threads`, file: network, inputShape },
            layout,
          ),
        ),
      });
      const best = fastest(theirs);
      bench.found({
        model: model.name,
        promise: 'engine ÷ bare ONNX Runtime',
        ours: figure('engine', median(ours.rates), 'passes/s'),
        theirs: figure(best.name, median(best.rates), 'passes/s'),
        result: ratio(medianRatio(ours.rates, best.rates)),
        bound: atLeast(0.95),
        details: theirs.map(({ name, rates }) => figure(name, median(rates), 'passes/s')),
      });
    }
  },
};
