/** Answers whether the process is alive and whether every model can answer. */
import Router, { type RouterMiddleware } from '@koa/router';
import type { ModelReadiness } from '../inference/model-listing.ts';

export interface HealthOptions {
  readonly readiness: () => ModelReadiness;
  /** Whether the model behind `resnet` can answer. */
  readonly isModelLoaded: () => boolean;
  readonly isGpuAvailable: () => boolean;
  /** True once the server has begun to shut down. */
  readonly isStopping: () => boolean;
}

/** `GET /health` and `GET /ready`, the latter 503 with every reason until all models can answer. */
export function healthRoutes({
  readiness,
  isModelLoaded,
  isGpuAvailable,
  isStopping,
}: HealthOptions): RouterMiddleware[] {
  const router = new Router();
  router.get('/health', (context) => {
    context.body = {
      status: 'healthy',
      model_loaded: isModelLoaded(),
      gpu_available: isGpuAvailable(),
    };
  });
  router.get('/ready', (context) => {
    const state: ModelReadiness = isStopping()
      ? { ready: false, reasons: ['the server is shutting down'] }
      : readiness();
    if (state.ready) {
      context.body = { status: 'ready', models: state.models };
      return;
    }
    context.status = 503;
    context.body = {
      status: 'not ready',
      error: `Not ready: ${state.reasons.map(withoutFullStop).join('; ')}.`,
      reasons: state.reasons,
    };
  });
  return [router.routes(), router.allowedMethods()];
}

/** A reason may be a sentence of its own, which here becomes a part of one. */
function withoutFullStop(reason: string): string {
  return reason.replace(/\.$/, '');
}
