/** Gives a model that takes tensors a signature that takes encoded pictures, in front of the same network. */
import type { Signature } from '../gateway/domain/engine.ts';
import type { StatedPreprocessing } from '../gateway/domain/preprocessing.ts';
import { FunctionFlattener } from './graph/flatten-functions.ts';
import { lowerGraph } from './lowering/lower-graph.ts';
import { type } from './network/attributes.ts';
import { FunctionBody } from './network/function-body.ts';
import { preparePicture } from './network/prepare-picture.ts';
import { tensorPreparation, type TensorPreparation } from './network/tensor-preparation.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import { optimisePreparation } from './passes/optimise.ts';
import type { PictureProgram, SignatureProgram } from './program.ts';
import { extractResampling } from './resampling/extract-resampling.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import type { SharedModules } from './writers/shared-modules.ts';

export const picturesSignature = 'pictures';

const pictureInput = 'image_bytes';

/**
 * `pictures`: `image_bytes` string [N] → the outputs of the first signature, whose network it shares.
 *
 * @returns `undefined` when the model takes pictures already.
 * @throws UnsupportedModel when that signature answers no scores, or when no picture can be made to fit its input.
 */
export function picturesForTensors(
  programs: readonly SignatureProgram[],
  stated: StatedPreprocessing,
  modules: SharedModules,
): PictureProgram | undefined {
  const [first] = programs;
  const isTaken = programs.some(
    ({ kind, signature }) => kind === 'picture' || signature.name === picturesSignature,
  );
  if (first?.kind !== 'tensor' || isTaken) return undefined;
  const { signature, network } = first;
  requireScores(signature);
  const preparation = tensorPreparation(signature, stated);
  const { prepare, prepareLarge } = optimisePreparation(preparationGraph(preparation));
  const [input] = signature.inputs;
  return {
    kind: 'picture',
    signature: {
      name: picturesSignature,
      inputs: [{ name: pictureInput, datatype: 'string', shape: [input?.shape[0] ?? null] }],
      outputs: signature.outputs,
    },
    pictureInput,
    decoder: { dct: preparation.recipe.dct ?? 'fast', channels: 3 },
    prepare: modules.add('prepare', prepare),
    ...(prepareLarge === undefined ? {} : { prepareLarge: modules.add('prepare-large', prepareLarge) }),
    resampling: extractResampling(prepare),
    network,
    networkInput: input?.name ?? '',
  };
}

/** One row of floats a picture is what a classifier answers with. */
function requireScores({ outputs }: Signature): void {
  const scores = outputs.filter(({ datatype, shape }) => datatype === 'float32' && shape?.length === 2);
  if (scores.length === 1 || scores.some(({ name }) => name === 'probabilities')) return;
  throw new UnsupportedModel(
    'The signature does not answer one row of scores a picture, so it cannot classify pictures.',
  );
}

/** uint8 [H,W,3] of any size → what the network takes, without the batch axis. */
function preparationGraph(preparation: TensorPreparation): OnnxGraph {
  const body = new FunctionBody();
  const result = fitted(
    body,
    preparePicture(body, 'pixels', preparation.recipe, preparation.sides),
    preparation,
  );
  const name = 'prepare_picture';
  const flattener = new FunctionFlattener({
    nodes: [],
    functions: new Map([
      [
        name,
        {
          name,
          argumentNames: ['pixels'],
          resultNames: ['prepared'],
          nodes: body.nodes,
          results: new Map([['prepared', result]]),
        },
      ],
    ]),
    signatures: new Map(),
    restoreNode: undefined,
    producer: 'fovea',
  });
  const pixels = { node: 'pixels', index: 0 };
  return lowerGraph({
    inputs: [{ name: 'pixels', reference: pixels, type: { datatype: 'uint8', shape: [null, null, 3] } }],
    outputs: flattener
      .callFunction(name, name, [pixels])
      .map((reference) => ({ name: 'prepared', reference })),
    nodes: flattener.nodes,
    variables: new Map(),
  });
}

function fitted(body: FunctionBody, picture: string, { layout, datatype }: TensorPreparation): string {
  const bytes =
    datatype === 'uint8'
      ? body.cast('bytes', body.arithmetic('nearest', 'Round', [picture]), 'float32', 'uint8')
      : picture;
  if (layout === 'channels-last') return bytes;
  return body.add('channels_first', 'Transpose', [bytes, body.constant('layout', [2, 0, 1])], {
    T: type(datatype),
    Tperm: type('int32'),
  });
}
