/** What the server says when it starts: what is served, where, and one line to try. */
import { absenceReason } from '../inference/absent-model.ts';
import type { ListeningPlaces } from '../front-ends.ts';
import type { FoveaServer } from '../server.ts';
import type { Log } from '../telemetry/log.ts';
import type { ListeningAddress } from '../transports/http/http-server.ts';
import { addressOfServer } from './web-address.ts';

const urlOf = (address: ListeningAddress): string => addressOfServer(address, 'localhost');

export function announceModels({ models }: FoveaServer, places: ListeningPlaces, log: Log): void {
  const { http, grpc, metrics } = places;
  const { resnet } = models.registry;
  const grpcWords = grpc === undefined ? '' : `, for gRPC on port ${grpc.port}`;
  const metricsWords = metrics === undefined ? '' : `, for metrics also on port ${metrics.port}`;
  log.info(
    {
      ...http,
      ...(grpc === undefined ? {} : { grpcPort: grpc.port }),
      ...(metrics === undefined ? {} : { metricsPort: metrics.port }),
    },
    `Fovea listens on ${urlOf(http)}${grpcWords}${metricsWords}.`,
  );
  if (models.backends.length > 0) {
    log.info(
      { backends: models.backends },
      `The models are run by TensorFlow Serving at ${models.backends.join(', ')}.`,
    );
    return;
  }
  if (models.installed.length > 0) {
    log.info({ models: models.installed }, `Loading ${models.installed.join(', ')}.`);
  } else if (resnet.kind !== 'model' && models.unreadable.length === 0) {
    log.warn(
      {},
      'No model is installed, so nothing can be classified yet. /classify lists what can be pulled.',
    );
  }
  if (resnet.kind === 'model' && models.unreadable.includes(resnet.name))
    log.warn({ model: resnet.name }, `/classify/resnet cannot answer: model ${resnet.name} cannot be read.`);
  else if (resnet.kind === 'model')
    log.info({ model: resnet.name }, `/classify/resnet is answered by ${resnet.name}.`);
  else {
    const absent =
      resnet.kind === 'missing' && resnet.installCommand !== undefined
        ? { ...resnet, installCommand: models.operatorCommand(resnet.name) }
        : resnet;
    log.warn({}, `/classify/resnet cannot answer: ${absenceReason(absent)}`);
  }
}

export function announceReady(
  { models }: FoveaServer,
  { address, log, milliseconds }: { address: ListeningAddress; log: Log; milliseconds: number },
): void {
  const readiness = models.registry.readiness();
  const seconds = (milliseconds / 1000).toFixed(1);
  if (!readiness.ready) {
    log.warn({ reasons: readiness.reasons }, `Not ready: ${asSentence(readiness.reasons)}`);
    return;
  }
  log.info(
    { milliseconds: Math.round(milliseconds) },
    `Ready after ${seconds} s: ${readiness.models.join(', ')}.`,
  );
  log.info({}, `Try it: curl -F image=@cat.jpg ${urlOf(address)}/classify/resnet`);
}

/** Reasons are sentences or parts of one. */
function asSentence(reasons: readonly string[]): string {
  return `${reasons.map((reason) => reason.replace(/\.$/, '')).join('; ')}.`;
}
