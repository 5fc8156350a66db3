/** The classify protocol: `POST /classify/<model>` and the list at `GET /classify`. */
import Router, { type RouterContext } from '@koa/router';
import { ServingError } from '../../domain/errors.ts';
import type { Classification, ClassificationAnswer } from '../../inference/classification.ts';
import type { ModelRegistry } from '../../inference/model-registry.ts';
import type { FrontEnd } from '../../transports/http/application.ts';
import { answerJson } from '../../transports/http/answer-json.ts';
import type { ReadBody } from '../../transports/http/body.ts';
import { departureSignal } from '../../transports/http/departure.ts';
import { setModelHeader } from '../../transports/http/model-header.ts';
import { countIn } from '../../transports/http/query-value.ts';
import { readPictures } from '../../transports/http/read-pictures.ts';
import { classifyFields } from './classify-operations.ts';

export interface ClassifyRoutesOptions {
  readonly registry: ModelRegistry;
  readonly classification: Classification;
  readonly readBody: ReadBody;
}

export function classifyRoutes({ registry, classification, readBody }: ClassifyRoutesOptions): FrontEnd[] {
  const router = new Router();

  const classify = async (context: RouterContext): Promise<void> => {
    const { model = '', version } = context.params;
    const target = classification.target({
      model,
      version: version === undefined ? undefined : parseVersion(version),
      top: countIn(context.query['top']),
    });
    setModelHeader(context, target.model);
    const body = await readBody(context);
    const { pictures, isList } = readPictures(body, classifyFields);
    const answer = await classification.classify(target, pictures, departureSignal(context.res));
    // Not after a failure, which may leave somebody behind who still reads.
    body.giveBack?.();
    answerJson(context, isList ? answer : onlyRow(answer));
  };

  router.get('/classify', (context) => {
    const { resnet } = registry;
    context.body = { resnet: resnet.kind === 'model' ? resnet.name : null, models: registry.list() };
  });
  router.post('/classify/:model', classify);
  router.post('/classify/:model/versions/:version', classify);
  return [router.routes(), router.allowedMethods()];
}

/** One picture sent alone gets scalars instead of lists of one. */
function onlyRow({ classes, predictions }: ClassificationAnswer): object {
  const first = classes[0];
  return predictions === undefined ? { classes: first } : { classes: first, predictions: predictions[0] };
}

function parseVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ServingError(
    'model-not-found',
    'A model version is a whole number. GET /classify lists those served.',
  );
}
