/** A six-class MobileNetV3 on tensors, with hashed weights: a SavedModel as somebody brings one from elsewhere. */
import path from 'node:path';
import { buildNetwork } from '../../converter/architectures/build-network.ts';
import { classifierGraph, tensorSignature } from '../../converter/network/classifier-graph.ts';
import { numbersOf } from '../../converter/onnx/constants.ts';
import { writeSavedModel } from '../../converter/writers/saved-model/write-saved-model.ts';
import { hashedParameters } from '../fidelity/hashed-weights.ts';
import { readTorchRecord } from '../fidelity/torch-record.ts';

/** Of the cassava classifier on TensorFlow Hub: four diseases, no disease, no cassava. */
export const sixLabels = ['cbb', 'cbsd', 'cgm', 'cmd', 'healthy', 'unknown'] as const;

/** Side, in pixels, of what the network takes. */
export const sixClassSide = 224;

/** Under `folder/1`: `images` float32 [N,224,224,3] → `scores` float32 [N,6], and no way in for encoded pictures. */
export async function writeSixClassModel(folder: string): Promise<void> {
  const family = readTorchRecord().families.get('mobilenet_v3_small');
  if (family === undefined) throw new Error('the record holds no mobilenet_v3_small');
  const parameters = family.parameters.map(({ name, shape }) => {
    if (!name.startsWith('classifier.3.')) return { name, shape };
    return { name, shape: [sixLabels.length, ...shape.slice(1)] };
  });
  const tensors = new Map(hashedParameters({ ...family, parameters, head: family.head / 6 }));
  // The network was made for numbers of both signs; on those from 0 to 1 it must look closer to tell pictures apart.
  const first = 'features.0.0.weight';
  const kernel = tensors.get(first);
  if (kernel === undefined) throw new Error(`the record holds no ${first}`);
  tensors.set(first, {
    ...kernel,
    elements: Float32Array.from(numbersOf(kernel), (value) => value * 6),
  });
  const { network, architecture } = buildNetwork({ tensors, metadata: new Map() });
  const graph = classifierGraph(network, {
    recipe: { ...architecture.recipe, size: sixClassSide },
    hasBackgroundClass: false,
  });
  const signatures = graph.signatures
    .filter(({ name }) => name === tensorSignature)
    .map((signature) => ({
      ...signature,
      name: 'serving_default',
      outputs: signature.outputs
        .filter(({ name }) => name === 'probabilities')
        .map((output) => ({ ...output, name: 'scores' })),
    }));
  await writeSavedModel(path.join(folder, '1'), { ...graph, signatures });
}
