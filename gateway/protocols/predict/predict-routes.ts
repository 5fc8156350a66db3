/** The protocol of the usual FastAPI classifiers: `POST /predict` and `POST /predict/top`. */
import Router, { type RouterContext } from '@koa/router';
import type { Prediction } from '../../domain/prediction.ts';
import {
  answerableClasses,
  withTop,
  type Classification,
  type ClassificationTarget,
} from '../../inference/classification.ts';
import type { FrontEnd } from '../../transports/http/application.ts';
import { answerJson } from '../../transports/http/answer-json.ts';
import type { ApiKeyGuard } from '../../transports/http/api-key.ts';
import type { ReadBody } from '../../transports/http/body.ts';
import { departureSignal } from '../../transports/http/departure.ts';
import { setModelHeader } from '../../transports/http/model-header.ts';
import { countIn, switchIn } from '../../transports/http/query-value.ts';
import { readPictures } from '../../transports/http/read-pictures.ts';
import { predictFields } from './predict-operations.ts';

export interface PredictRoutesOptions {
  /** Takes the formats that these clients send: JPEG, PNG and WebP. */
  readonly classification: Classification;
  readonly readBody: ReadBody;
  readonly guard: ApiKeyGuard;
  /** From 0 to 1; `null` without a GPU. */
  readonly gpuUtilization: () => number | null;
}

/** One picture's ranked predictions and the seconds that all pictures of the request took. */
interface Answered {
  readonly predictions: readonly Prediction[];
  readonly seconds: number;
}

const usualCount = 5;

export function predictRoutes({
  classification,
  readBody,
  guard,
  gpuUtilization,
}: PredictRoutesOptions): FrontEnd[] {
  const router = new Router();
  const target = (): ClassificationTarget =>
    classification.target({ model: 'resnet', isWithoutBackground: true });

  const answer = async (
    context: RouterContext,
    chosen: ClassificationTarget,
    describe: (answered: Answered) => object,
  ): Promise<void> => {
    setModelHeader(context, chosen.model);
    const body = await readBody(context);
    const { pictures, isList } = readPictures(body, predictFields);
    const began = performance.now();
    const { predictions = [] } = await classification.classify(
      chosen,
      pictures,
      departureSignal(context.res),
    );
    // Not after a failure, which may leave somebody behind who still reads.
    body.giveBack?.();
    const seconds = Math.round((performance.now() - began) * 1000) / 1e6;
    const answers = predictions.map((row) => describe({ predictions: row, seconds }));
    answerJson(context, isList ? answers : (answers[0] ?? {}));
  };

  router.post('/predict', async (context) => {
    guard(context);
    const hasLabels = switchIn(context.query['labels'], 'labels');
    await answer(context, target(), ({ predictions: [best], seconds }) => ({
      ...(best === undefined ? {} : described(best, hasLabels)),
      processing_time: seconds,
      gpu_utilization: gpuUtilization(),
    }));
  });

  router.post('/predict/top', async (context) => {
    guard(context);
    const hasLabels = switchIn(context.query['labels'], 'labels');
    const known = target();
    const count = countIn(context.query['k']) ?? Math.min(usualCount, answerableClasses(known) ?? usualCount);
    await answer(context, withTop(known, count, 'k'), ({ predictions, seconds }) => ({
      predictions: predictions.map((one) => described(one, hasLabels)),
      processing_time: seconds,
    }));
  });

  return [router.routes(), router.allowedMethods()];
}

function described(prediction: Prediction, hasLabel: boolean): object {
  return {
    class_id: prediction.class,
    confidence: prediction.probability,
    ...(hasLabel ? { label: prediction.label } : {}),
  };
}
