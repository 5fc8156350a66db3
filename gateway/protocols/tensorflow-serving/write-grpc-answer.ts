/** The message of an answer to an inference over gRPC. */
import type { Tensor } from '../../domain/tensor.ts';
import {
  toClassificationResult,
  toRegressionResult,
} from '../../wire/tensorflow-serving/classify-results.ts';
import { messageType } from '../../wire/tensorflow-serving/grpc-services.ts';
import type {
  ClassificationResponseMessage,
  MultiInferenceResponseMessage,
  RegressionResponseMessage,
} from '../../wire/tensorflow-serving/messages.ts';
import type { ExactModelSpec } from '../../wire/tensorflow-serving/model-spec-message.ts';
import { writePredictAnswer } from '../../wire/tensorflow-serving/predict-answer-message.ts';
import { tensorsAbout, weighsMuch, weightToList } from './answer-weight.ts';
import { classesOf, valuesOf, type ClassifiedExamples, type RegressedExamples } from './example-results.ts';
import { toSpecMessage } from './model-specification.ts';

export interface GrpcPredictAnswer<Outputs> {
  readonly verb: 'predict';
  readonly spec: ExactModelSpec;
  readonly outputs: Outputs;
  readonly form: 'content' | 'values';
}

/** About the examples of one task. */
export type ExamplesAnswer =
  | ({ readonly verb: 'classify'; readonly spec: ExactModelSpec } & ClassifiedExamples)
  | ({ readonly verb: 'regress'; readonly spec: ExactModelSpec } & RegressedExamples);

export interface GrpcTasksAnswer {
  readonly verb: 'multiInference';
  readonly results: readonly ExamplesAnswer[];
}

export type GrpcAnswer<Outputs = ReadonlyMap<string, Tensor>> =
  GrpcPredictAnswer<Outputs> | ExamplesAnswer | GrpcTasksAnswer;

/** @throws ServingError `model-failed` when the outputs do not have the rows that were asked for */
export function writeGrpcAnswer(answer: GrpcAnswer): Buffer {
  switch (answer.verb) {
    case 'predict': {
      const { spec, outputs, form } = answer;
      return writePredictAnswer({ ...spec, outputs, form });
    }
    case 'classify':
      return messageType<ClassificationResponseMessage>(
        'tensorflow.serving.ClassificationResponse',
      ).serialize({
        model_spec: specOf(answer),
        result: toClassificationResult(classesOf(answer)),
      });
    case 'regress':
      return messageType<RegressionResponseMessage>('tensorflow.serving.RegressionResponse').serialize({
        model_spec: specOf(answer),
        result: toRegressionResult(valuesOf(answer)),
      });
    case 'multiInference':
      return messageType<MultiInferenceResponseMessage>(
        'tensorflow.serving.MultiInferenceResponse',
      ).serialize({
        results: answer.results.map(resultOf),
      });
  }
}

function resultOf(answer: ExamplesAnswer): NonNullable<MultiInferenceResponseMessage['results']>[number] {
  const model_spec = specOf(answer);
  if (answer.verb === 'regress') {
    const regression_result = toRegressionResult(valuesOf(answer));
    return { model_spec, result: 'regression_result', regression_result };
  }
  const classification_result = toClassificationResult(classesOf(answer));
  return { model_spec, result: 'classification_result', classification_result };
}

function specOf({ spec }: ExamplesAnswer): ReturnType<typeof toSpecMessage> {
  return toSpecMessage(spec, spec.signatureName);
}

/** How many integers are packed in the time that one is put into a list. */
const packedTogether = 40;

export function takesLongToWrite(answer: GrpcAnswer): boolean {
  return weighsMuch(weightOf(answer));
}

function weightOf(answer: GrpcAnswer): number {
  switch (answer.verb) {
    case 'predict':
      return [...answer.outputs.values()].reduce((sum, tensor) => sum + weightToPack(tensor, answer.form), 0);
    case 'classify':
    case 'regress':
      return weightToList(tensorsAbout(answer));
    case 'multiInference':
      return weightToList(answer.results.flatMap(tensorsAbout));
  }
}

/** Floats are one piece of memory, and so is whatever goes as raw bytes. */
function weightToPack(tensor: Tensor, form: 'content' | 'values'): number {
  if (tensor.datatype === 'string') return weightToList([tensor]);
  const isOnePiece =
    form === 'content' || tensor.elements instanceof Float32Array || tensor.elements instanceof Float64Array;
  return isOnePiece ? 0 : tensor.elements.length / packedTogether;
}
