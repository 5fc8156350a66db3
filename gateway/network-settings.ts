/** The settings of where and how the server is reached. */
import { pathPrefix, setting, switchable, text, visibleText, wholeNumber } from './environment.ts';

const network = 'Network';

/** By the name of its field in the Configuration. */
export const networkSettings = {
  host: setting<string>({
    variable: 'HOST',
    group: network,
    form: text,
    fallback: '0.0.0.0',
    help: 'Address to listen on; 127.0.0.1 admits this machine only',
  }),
  port: setting<number>({
    variable: 'IC_PORT',
    group: network,
    form: wholeNumber({ min: 0, max: 65_535 }),
    fallback: 5000,
    help: 'TCP port to listen on; 0 takes any free one',
    aliases: ['--port'],
    synonyms: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT', 'PREDICTIVE_UNIT_SERVICE_PORT'],
  }),
  grpcPort: setting<number | 'off'>({
    variable: 'GRPC_PORT',
    group: network,
    form: switchable(wholeNumber({ min: 0, max: 65_535 })),
    fallback: 5001,
    help: 'TCP port for gRPC; 0 takes any free one, off none',
    synonyms: ['PREDICTIVE_UNIT_GRPC_SERVICE_PORT'],
  }),
  metricsPort: setting<number | undefined>({
    variable: 'METRICS_PORT',
    group: network,
    form: wholeNumber({ min: 0, max: 65_535 }),
    fallback: undefined,
    fallbackText: 'none',
    help: 'TCP port for /metrics, and nothing else, besides; 0 takes any free one',
    synonyms: ['PREDICTIVE_UNIT_METRICS_SERVICE_PORT'],
  }),
  rootPath: setting<string>({
    variable: 'ROOT_PATH',
    group: network,
    form: pathPrefix,
    fallback: '',
    fallbackText: 'none',
    help: 'Prefix under which everything is found too, for a proxy that passes it on',
    synonyms: ['OSCAR_SERVICE_BASE_PATH'],
  }),
  apiKey: setting<string | undefined>({
    variable: 'API_KEY',
    group: network,
    form: visibleText,
    fallback: undefined,
    fallbackText: 'none',
    help: 'Key that /predict and /predict/top ask for; every other path stays open',
    isSecret: true,
  }),
  shutdownGraceSeconds: setting<number>({
    variable: 'SHUTDOWN_GRACE_SECONDS',
    group: network,
    form: wholeNumber({ min: 0, max: 3600 }),
    fallback: 30,
    unit: 'seconds',
    help: 'How long requests inside may take to finish after SIGTERM',
  }),
};
