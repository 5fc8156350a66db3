/** Process that uses the embedded engine directly, without HTTP: pictures, tensors, or the network alone. */
import { readFile } from 'node:fs/promises';
import type { LoadedModel, Signature } from '../../gateway/domain/engine.ts';
import { elementCount, type Tensor } from '../../gateway/domain/tensor.ts';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import { siblingModule } from '../../gateway/sibling-module.ts';
import { findPictureSignature } from '../../gateway/inference/picture-signature.ts';
import { noise } from '../graphs/noise.ts';
import { answerRequests, numberOf, numbersOf, textOf, textsOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';

const { signal } = new AbortController();
let act: (item: number) => Promise<void> = () => Promise.reject(new Error('no model is open'));

async function open(request: Request): Promise<object> {
  const part = textOf(request, 'part');
  const isNetwork = part === 'network';
  const engine = createOnnxEngine({
    cacheDirectory: textOf(request, 'cache'),
    maxQueue: 256,
    maxPixels: 50_000_000,
    log: { info: () => undefined, warn: () => undefined },
    ...(isNetwork ? { entries: { build: siblingModule('network-build', import.meta.url) } } : {}),
  });
  const model = await engine.load(
    {
      name: textOf(request, 'name'),
      version: numberOf(request, 'version'),
      folder: textOf(request, 'folder'),
    },
    { signal },
  );
  if (part === 'picture') act = await pictureAct(model, textsOf(request, 'pictures'));
  else act = tensorAct(model, isNetwork ? numbersOf(request, 'inputShape') : undefined);
  return {};
}

/** Asks for what the gateway asks for. */
async function pictureAct(
  model: LoadedModel,
  files: readonly string[],
): Promise<(item: number) => Promise<void>> {
  const found = findPictureSignature(model);
  if (found === undefined) throw new Error('the model takes no pictures');
  const { signatureName: signature, inputName, rank, outputs } = found;
  const wanted = [outputs.classes, outputs.scores].filter((name) => name !== undefined);
  const pictures = await Promise.all(files.map((file) => readFile(file)));
  return async (item) => {
    const bytes = pictures[item % pictures.length];
    if (bytes === undefined) throw new Error('there are no pictures');
    const input: Tensor = { datatype: 'string', shape: rank === 0 ? [] : [1], elements: [bytes] };
    await model.infer({ signature, inputs: new Map([[inputName, input]]), outputs: wanted }, { signal });
  };
}

/** @param given where the signature leaves sizes open; a batch of one otherwise. */
function tensorAct(
  model: LoadedModel,
  given: readonly number[] | undefined,
): (item: number) => Promise<void> {
  const signature: Signature | undefined = [...model.signatures.values()][0];
  const input = signature?.inputs[0];
  if (input === undefined) throw new Error('the model has no input');
  const shape = given ?? input.shape.map((size) => size ?? 1);
  const inputs = new Map<string, Tensor>([
    [input.name, { datatype: 'float32', shape, elements: noise(elementCount(shape)) }],
  ]);
  return async () => {
    await model.infer({ inputs }, { signal });
  };
}

await answerRequests({
  open,
  run: (request) =>
    closedLoop({ concurrency: numberOf(request, 'concurrency'), count: numberOf(request, 'count'), act }),
});
