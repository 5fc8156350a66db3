/** The way of one inference: the signature it means, its tensors, the model, and the answer in its client's form. */
import { randomUUID } from 'node:crypto';
import type { CallerSignal } from '../../domain/caller-signal.ts';
import { ServingError } from '../../domain/errors.ts';
import { likeliestClass } from '../../domain/prediction.ts';
import type { Tensor } from '../../domain/tensor.ts';
import { answerableClasses, withTop, type Classification } from '../../inference/classification.ts';
import type { ServedModel } from '../../inference/model-registry.ts';
import { classifierOutputs } from '../../inference/picture-signature.ts';
import type { TensorInference, TensorTarget } from '../../inference/tensor-inference.ts';
import type { InferParameters, InferRequest } from '../../wire/open-inference/infer-request.ts';
import type { InferOutput, InferResponse } from '../../wire/open-inference/infer-response.ts';
import { answerForm, classesOutput, labelsContentType, labelsOutput } from './answer-form.ts';
import { classified } from './classification-extension.ts';
import { inputTensors } from './input-tensors.ts';
import { writeLabelList } from './label-list.ts';
import { versionText } from './model-repository.ts';
import { arrayContentType, matchSignature } from './signature-match.ts';
import { withUsualContentTypes } from './usual-content-types.ts';

export interface DataPlane {
  readonly inference: TensorInference;
  /** For pictures of every format, as those send them who want labels. */
  readonly classification: Classification;
}

export interface Answer {
  readonly response: InferResponse;
  /** Pictures, or rows of the first input. */
  readonly rows: number;
}

/** How many classes the runtime for Hugging Face models gives. */
const usualLabels = 5;

type Outputs = readonly Omit<InferOutput, 'isBinary'>[];

/** @throws ServingError `invalid-input`, and those of the data plane */
export async function infer(
  plane: DataPlane,
  model: ServedModel,
  { request: sent, signal }: { readonly request: InferRequest; readonly signal: CallerSignal },
): Promise<Answer> {
  const request = withUsualContentTypes(sent, model.facts.contentTypes);
  const target = matchSignature(plane.inference, model, request);
  const inputs = inputTensors(target, request.inputs);
  const call = { target, inputs, request, signal };
  const outputs = await outputsOf(plane, call);
  const [first] = inputs.values();
  return {
    rows: first?.shape[0] ?? 1,
    response: {
      modelName: model.name,
      modelVersion: versionText(model),
      id: request.id === '' ? randomUUID() : request.id,
      outputs: outputs.map(({ name, tensor, parameters }) => {
        return { name, tensor, parameters, isBinary: isBinary(name, request) };
      }),
    },
  };
}

interface Call {
  readonly target: TensorTarget;
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly request: InferRequest;
  readonly signal: CallerSignal;
}

async function outputsOf(plane: DataPlane, call: Call): Promise<Outputs> {
  switch (answerForm(call.target, call.request)) {
    case 'labels':
      return labelLists(plane, call);
    case 'classes':
      return classColumn(plane, call);
    case 'tensors':
      return modelOutputs(plane, call);
  }
}

/** One text a picture, shape [N, 1]. */
async function labelLists({ classification }: DataPlane, { target, inputs, signal }: Call): Promise<Outputs> {
  const { name: model, version } = target.model;
  const found = classification.target({ model, version, isWithoutBackground: true });
  const top = Math.min(usualLabels, answerableClasses(found) ?? usualLabels);
  const [pictures] = inputs.values();
  if (pictures?.datatype !== 'string') throw new Error('the signature was not checked');
  const { predictions = [] } = await classification.classify(
    withTop(found, top),
    pictures.elements.map((bytes) => ({ bytes })),
    signal,
  );
  const elements = predictions.map((ranked) => Buffer.from(writeLabelList(ranked)));
  return [
    {
      name: labelsOutput,
      tensor: { datatype: 'string', shape: [elements.length, 1], elements },
      parameters: new Map([['content_type', labelsContentType]]),
    },
  ];
}

/** The likeliest class of each row, INT64 of shape [N, 1]. */
async function classColumn({ inference }: DataPlane, { target, inputs, signal }: Call): Promise<Outputs> {
  const { classes, scores } = classifierOutputs(target.signature, 1);
  const name = scores ?? classes;
  if (name === undefined) {
    throw new ServingError(
      'invalid-input',
      `Model ${target.model.name} gives neither classes nor scores; name its inputs and outputs to get its tensors.`,
    );
  }
  const tensor = (await inference.infer(target, { inputs, outputs: [name] }, signal)).get(name);
  const rows = tensor?.shape[0] ?? 0;
  if (tensor === undefined || tensor.datatype === 'string' || tensor.elements.length % rows !== 0) {
    throw new ServingError('model-failed', 'The model gave an answer whose shape does not fit the rows.');
  }
  const values = Array.from(tensor.elements, Number);
  const width = values.length / rows;
  const elements = BigInt64Array.from({ length: rows }, (_, row) => {
    const cells = values.slice(row * width, (row + 1) * width);
    return BigInt(scores === undefined ? (cells[0] ?? 0) : likeliestClass(cells));
  });
  return [
    {
      name: classesOutput,
      tensor: { datatype: 'int64', shape: [rows, 1], elements },
      parameters: new Map([['content_type', arrayContentType]]),
    },
  ];
}

/** In the order in which they were asked for. */
async function modelOutputs(
  { inference }: DataPlane,
  { target, inputs, request, signal }: Call,
): Promise<Outputs> {
  const wanted = request.outputs.map(({ name }) => name);
  const tensors = await inference.infer(target, { inputs, outputs: wanted }, signal);
  const asked: ReadonlyMap<string, InferParameters> = new Map(
    request.outputs.map(({ name, parameters }) => [name, parameters] as const),
  );
  const names = wanted.length === 0 ? target.signature.outputs.map(({ name }) => name) : wanted;
  return names.flatMap((name) => {
    const tensor = tensors.get(name);
    if (tensor === undefined) return [];
    const count = asked.get(name)?.get('classification') ?? 0;
    const { labels } = target.model.facts;
    return [
      { name, tensor: count === 0 ? tensor : classified(tensor, count, labels), parameters: new Map() },
    ];
  });
}

function isBinary(output: string, { parameters, outputs }: InferRequest): boolean {
  const own = outputs.find(({ name }) => name === output)?.parameters.get('binary_data');
  return (own ?? parameters.get('binary_data_output')) === true;
}
