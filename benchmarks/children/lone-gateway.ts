/** Process that is the server itself, with an engine that answers every picture at once and asks nobody. */
import { readConfiguration } from '../../gateway/configuration.ts';
import type { Engine } from '../../gateway/domain/engine.ts';
import type { ModelSource } from '../../gateway/model-sources/model-source.ts';
import { createServer } from '../../gateway/server.ts';
import { createLog } from '../../gateway/telemetry/log.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';

const { name } = constantModel;

const engine: Engine = {
  name: 'constant',
  load: () =>
    Promise.resolve({
      signatures: new Map([[constantSignature.name, constantSignature]]),
      infer: () => Promise.resolve(constantAnswer),
      readiness: () => ({ ready: true }),
      close: () => Promise.resolve(),
    }),
  close: () => Promise.resolve(),
};

const source: ModelSource = {
  models: [{ name, facts: {}, versions: [], installedVersions: [] }],
  resnet: { kind: 'model', name },
  installed: [name],
  unreadable: [],
  known: [name],
  backends: [],
  load: (registry, _engineOfTheConfiguration, signal) => registry.add(constantModel, engine, signal),
};

const outcome = readConfiguration({ environment: process.env, flags: process.argv.slice(2) });
if ('faults' in outcome) throw new Error(outcome.faults.join(' '));
const { configuration } = outcome;
const log = createLog({ level: configuration.logLevel, pretty: false, destination: process.stdout });
const server = await createServer({ configuration, log, version: 'bench', source });
const { http } = await server.listen();
log.info({ ...http }, 'The server listens.');
await server.load();
