/** The body of an answer to an inference over REST. */
import type { Tensor } from '../../domain/tensor.ts';
import {
  writeClassifyResponse,
  writeRegressResponse,
} from '../../wire/tensorflow-serving/classify-results.ts';
import type { PredictForm } from '../../wire/tensorflow-serving/predict-request-json.ts';
import { writePredictResponse } from '../../wire/tensorflow-serving/predict-response-json.ts';
import { tensorsAbout, weighsMuch, weightToList } from './answer-weight.ts';
import { classesOf, valuesOf, type ClassifiedExamples, type RegressedExamples } from './example-results.ts';

export interface PredictAnswer<Outputs> {
  readonly verb: 'predict';
  readonly form: PredictForm;
  readonly outputs: Outputs;
}

export type RestAnswer<Outputs = ReadonlyMap<string, Tensor>> =
  | PredictAnswer<Outputs>
  | ({ readonly verb: 'classify' } & ClassifiedExamples)
  | ({ readonly verb: 'regress' } & RegressedExamples);

/** @throws ServingError `invalid-input` or `model-failed` when the outputs do not have the rows that were asked for */
export function writeRestAnswer(answer: RestAnswer): string {
  switch (answer.verb) {
    case 'predict':
      return writePredictResponse(answer.outputs, answer.form);
    case 'classify':
      return writeClassifyResponse(classesOf(answer));
    case 'regress':
      return writeRegressResponse(valuesOf(answer));
  }
}

export function takesLongToWrite(answer: RestAnswer): boolean {
  const tensors = answer.verb === 'predict' ? [...answer.outputs.values()] : tensorsAbout(answer);
  return weighsMuch(weightToList(tensors));
}
