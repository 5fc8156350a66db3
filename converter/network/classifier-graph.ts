/** Places a network behind its two signatures: encoded pictures, and pictures already prepared. */
import type { PreprocessingRecipe } from '../../gateway/domain/preprocessing.ts';
import type { TensorFlowNode } from '../readers/saved-model/tensorflow-graph.ts';
import { shape, type } from './attributes.ts';
import { GraphNodes } from './graph-nodes.ts';
import { placeNetwork, type ModelGraph, type Network } from './model-graph.ts';
import { pictureFunctions } from './picture-functions.ts';
import { addPictureLoop } from './picture-loop.ts';
import { requireFeasible } from './preprocessing-recipe.ts';

export const pictureSignature = 'serving_default';
export const tensorSignature = 'tensor';

export interface ClassifierOptions {
  readonly recipe: PreprocessingRecipe;
  /** Puts a class 0 that is never seen before all others, as ImageNet models with 1001 classes have it. */
  readonly hasBackgroundClass: boolean;
  /** Pictures in one call of the tensor signature; any number when absent. */
  readonly batchSize?: number;
}

/**
 * `serving_default`: `image_bytes` string [N] → `classes` int64 [N], `probabilities` float32 [N,K].
 * `tensor`: `images` float32 [N,S,S,3], prepared by the recipe → the same.
 */
export function classifierGraph(network: Network, options: ClassifierOptions): ModelGraph {
  const { recipe, batchSize } = options;
  requireFeasible(recipe);
  const { size } = recipe;
  const pictures = new GraphNodes();
  const contents = pictures.add('image_bytes', 'Placeholder', [], {
    dtype: type('string'),
    shape: shape([null]),
  });
  const stacked = addPictureLoop(pictures, contents, size);
  const imagesShape = [batchSize ?? null, size, size, 3];
  const tensors = new GraphNodes();
  const images = tensors.add('images', 'Placeholder', [], {
    dtype: type('float32'),
    shape: shape(imagesShape),
  });
  const ends = [
    { name: pictureSignature, prefix: 'picture', source: stacked, batch: null },
    { name: tensorSignature, prefix: 'prepared', source: images, batch: batchSize ?? null },
  ].map(({ name, prefix, source, batch }) => ({
    name,
    ...addClassifier(network, { prefix, source, batch, hasBackgroundClass: options.hasBackgroundClass }),
  }));
  const inputs = [
    { name: 'image_bytes', reference: `${contents}:0`, datatype: 'string', shape: [null] },
    { name: 'images', reference: `${images}:0`, datatype: 'float32', shape: imagesShape },
  ] as const;
  return {
    nodes: [
      ...network.variableNodes,
      ...pictures.nodes,
      ...tensors.nodes,
      ...ends.flatMap(({ nodes }) => nodes),
    ],
    functions: pictureFunctions(recipe),
    signatures: ends.map(({ name, outputs }, index) => ({
      name,
      methodName: 'tensorflow/serving/predict',
      inputs: inputs.slice(index, index + 1),
      outputs,
    })),
    variables: network.variables,
  };
}

interface Placement {
  readonly prefix: string;
  readonly source: string;
  readonly batch: number | null;
  readonly hasBackgroundClass: boolean;
}

function addClassifier(
  network: Network,
  { prefix, source, batch, hasBackgroundClass }: Placement,
): {
  readonly nodes: readonly TensorFlowNode[];
  readonly outputs: ModelGraph['signatures'][number]['outputs'];
} {
  const { nodes, logits } = placeNetwork(network, prefix, source);
  const graph = new GraphNodes();
  const known = graph.add(`${prefix}/Softmax`, 'Softmax', [logits], { T: type('float32') });
  const probabilities = hasBackgroundClass ? withBackground(graph, prefix, known) : known;
  const axis = graph.integers(`${prefix}/class_axis`, 1);
  const classes = graph.add(`${prefix}/classes`, 'ArgMax', [probabilities, axis], {
    T: type('float32'),
    Tidx: type('int32'),
    output_type: type('int64'),
  });
  const classCount = network.classCount + Number(hasBackgroundClass);
  return {
    nodes: [...nodes, ...graph.nodes],
    outputs: [
      { name: 'classes', reference: `${classes}:0`, datatype: 'int64', shape: [batch] },
      {
        name: 'probabilities',
        reference: `${probabilities}:0`,
        datatype: 'float32',
        shape: [batch, classCount],
      },
    ],
  };
}

/** Probability zero for the background keeps the others' sum at one. */
function withBackground(graph: GraphNodes, prefix: string, probabilities: string): string {
  const amounts = graph.constant(`${prefix}/background`, {
    datatype: 'int32',
    shape: [2, 2],
    elements: Int32Array.of(0, 0, 1, 0),
  });
  return graph.add(`${prefix}/probabilities`, 'Pad', [probabilities, amounts], {
    T: type('float32'),
    Tpaddings: type('int32'),
  });
}
