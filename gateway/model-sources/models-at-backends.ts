/** The models that TensorFlow Serving holds: asked for by name, since it cannot list them. */
import type { Configuration } from '../configuration.ts';
import { authority } from '../engines/tensorflow-serving/backend-client.ts';
import { heldAlias, usualNames } from '../inference/resnet-alias.ts';
import { VersionWatch } from '../inference/version-watch.ts';
import type { Log } from '../telemetry/log.ts';
import { modelToServe, withRecipe } from './describe-model.ts';
import type { ModelSource } from './model-source.ts';
import { modelsFound } from './models-on-disk.ts';

const pauseMilliseconds = 1000;

/**
 * The manifests of MODELS_DIR still give titles, labels and recipes; the versions that lie there are not served.
 *
 * @param only asks for this model only
 */
export async function modelsAtBackends(
  configuration: Configuration,
  log: Log,
  only?: string,
): Promise<ModelSource> {
  const { resnetModel, tfModels, tfService = [] } = configuration;
  const found = new Map((await modelsFound(configuration, log)).map((model) => [model.name, model]));
  const asked = [...(resnetModel === undefined ? [] : [resnetModel]), ...tfModels];
  const all = [...new Set([...asked, ...usualNames, ...found.keys()])];
  const names = only === undefined || only === 'resnet' ? all : [only];
  const models = names.map((name) => {
    const model = found.get(name);
    return model === undefined
      ? { name, facts: {}, versions: [], installedVersions: [] }
      : { ...modelToServe(model, []), installedVersions: [], fault: undefined };
  });
  return {
    models,
    resnet: (held) => heldAlias(resnetModel, names, held),
    installed: [],
    unreadable: [],
    known: names,
    backends: tfService.map(authority),
    load(registry, engine, signal) {
      const watch = new VersionWatch({
        registry,
        engine,
        names: () => names,
        // A server that leaves every question unanswered holds up one round, and not each name in it.
        areAskedAtOnce: true,
        isRequired: (name) => asked.includes(name) || registry.resnet.name === name,
        versionsOf: async (name, options) => {
          const versions = (await engine.versionsOf?.(name, options)) ?? [];
          return withRecipe(
            { manifest: found.get(name)?.manifest },
            versions.map((version) => ({ name, version })),
          );
        },
        absence: (name) =>
          `TensorFlow Serving has no model called "${name}"; RESNET_MODEL and TF_MODELS say which ones to ask it for.`,
        pauseMilliseconds,
        onFault({ name, version }, cause) {
          const reason = cause instanceof Error ? cause.message : '';
          log.warn({ error: cause }, `Model ${name}/${version} cannot be served yet: ${reason}`);
        },
      });
      return watch.start(signal);
    },
  };
}
