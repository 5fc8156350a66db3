/** Looks into trained weights: which architecture they are, how many, and the work it does. */
import { stat } from 'node:fs/promises';
import { buildNetwork, type BuiltNetwork } from '../architectures/build-network.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { lowerModelGraph } from '../lower-model-graph.ts';
import { classifierGraph } from '../network/classifier-graph.ts';
import { describeRecipe } from '../network/describe-recipe.ts';
import { readCheckpoint } from '../readers/checkpoint/read-checkpoint.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import { countedOperations, type ModelInspection } from './model-inspection.ts';
import { countMultiplyAdds } from './multiply-adds.ts';

/** @throws UnsupportedModel when the file cannot be read as weights. */
export async function inspectCheckpoint(file: string): Promise<ModelInspection> {
  const checkpoint = await readCheckpoint(file);
  const parameters = [...checkpoint.tensors.values()]
    .filter(({ datatype }) => datatype.startsWith('float'))
    .reduce((sum, { elements }) => sum + elements.length, 0);
  const { size } = await stat(file);
  const own = { format: 'checkpoint', signatures: [], parameters, bytes: size } as const;
  const tensors: readonly [string, string] = ['tensors', String(checkpoint.tensors.size)];
  const built = networkOf(checkpoint);
  if (typeof built === 'string') {
    const facts = new Map([...checkpoint.metadata, tensors]);
    return { ...own, facts, operations: new Map(), multiplyAdds: undefined, notes: [built] };
  }
  const { architecture, network, unused } = built;
  const graph = lowerModelGraph(
    classifierGraph(network, { recipe: architecture.recipe, hasBackgroundClass: false, batchSize: 1 }),
  );
  return {
    ...own,
    facts: new Map([
      ...checkpoint.metadata,
      tensors,
      ['architecture', architecture.name],
      ['classes', String(network.classCount)],
      ['pictures', describeRecipe(architecture.recipe)],
    ]),
    operations: countedOperations(graph.nodes.map(({ operator }) => operator)),
    multiplyAdds: countMultiplyAdds(graph),
    notes: unused.length === 0 ? [] : [`Parameters without a use: ${unused.join(', ')}.`],
  };
}

/** The network, or the sentence that says why there is none: weights can be looked at all the same. */
function networkOf(checkpoint: Checkpoint): BuiltNetwork | string {
  try {
    return buildNetwork(checkpoint);
  } catch (error) {
    if (error instanceof UnsupportedModel) return error.message;
    throw error;
  }
}
