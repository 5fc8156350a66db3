/** Process that is the server itself, with an engine that answers everything at once and asks nobody. */
import { readConfiguration } from '../../gateway/configuration.ts';
import type { Engine, LoadedModel, Signature } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';
import type { ModelSource } from '../../gateway/model-sources/model-source.ts';
import { createServer } from '../../gateway/server.ts';
import { createLog } from '../../gateway/telemetry/log.ts';
import { constantAnswer, constantModel, constantSignature } from './constant-model.ts';
import { leafAnswer, leafModel, leafSignature } from './leaf-pictures.ts';

const models = [constantModel, leafModel];
const names = models.map(({ name }) => name);

const engine: Engine = {
  name: 'constant',
  load: ({ name }) =>
    Promise.resolve(
      name === leafModel.name ? loaded(leafSignature, leafAnswer) : loaded(constantSignature, constantAnswer),
    ),
  close: () => Promise.resolve(),
};

function loaded(signature: Signature, answer: ReadonlyMap<string, Tensor>): LoadedModel {
  return {
    signatures: new Map([[signature.name, signature]]),
    infer: () => Promise.resolve(answer),
    readiness: () => ({ ready: true }),
    close: () => Promise.resolve(),
  };
}

const source: ModelSource = {
  models: names.map((name) => ({ name, facts: {}, versions: [], installedVersions: [] })),
  resnet: { kind: 'model', name: constantModel.name },
  installed: names,
  unreadable: [],
  known: names,
  backends: [],
  load: async (registry, _engineOfTheConfiguration, signal) => {
    for (const model of models) await registry.add(model, engine, signal);
  },
};

const outcome = readConfiguration({ environment: process.env, flags: process.argv.slice(2) });
if ('faults' in outcome) throw new Error(outcome.faults.join(' '));
const { configuration } = outcome;
const log = createLog({ level: configuration.logLevel, pretty: false, destination: process.stdout });
const server = await createServer({ configuration, log, version: 'bench', source });
const { http } = await server.listen();
log.info({ ...http }, 'The server listens.');
await server.load();
