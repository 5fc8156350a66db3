/** Joins where models come from, the engine that runs them and the data plane: everything a picture meets after its protocol. */
import path from 'node:path';
import type { Configuration } from './configuration.ts';
import type { Engine } from './domain/engine.ts';
import { createOnnxEngine } from './engines/onnx/onnx-engine.ts';
import { createOnnxPreparation } from './engines/onnx/onnx-preparation.ts';
import { createTensorflowServingEngine } from './engines/tensorflow-serving/tensorflow-serving-engine.ts';
import { inspectImage } from './imaging/inspect-image.ts';
import { Classification } from './inference/classification.ts';
import type { LoadReport } from './inference/load-report.ts';
import { ModelRegistry } from './inference/model-registry.ts';
import { TensorInference } from './inference/tensor-inference.ts';
import { ModelControl } from './model-sources/model-control.ts';
import type { ModelSource } from './model-sources/model-source.ts';
import { modelsAtBackends } from './model-sources/models-at-backends.ts';
import { modelsOnDisk } from './model-sources/models-on-disk.ts';
import { operatorCommand } from './model-sources/pull-command.ts';
import type { Log } from './telemetry/log.ts';

export interface ModelsInService extends Pick<
  ModelSource,
  'installed' | 'unreadable' | 'known' | 'backends'
> {
  readonly registry: ModelRegistry;
  readonly classification: Classification;
  /** The same for protocols whose clients send every format, whatever CLASSIFY_FORMATS says. */
  readonly classificationOfAllFormats: Classification;
  readonly inference: TensorInference;
  readonly offered: string | undefined;
  /** Loads and unloads single models; absent unless MODEL_CONTROL allows it and the models run here. */
  readonly control?: ModelControl | undefined;
  /** The command that installs a model where this server looks. It names folders: for the operator, not for clients. */
  readonly operatorCommand: (name: string) => string;
  /** Loads everything, the model behind `/classify/resnet` first; resolves when each is ready or has failed. */
  load(signal: AbortSignal): Promise<void>;
  close(graceMilliseconds?: number): Promise<void>;
}

export interface ModelsInServiceOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  /** Serves this model only; all installed ones when absent. */
  readonly only?: string | undefined;
  /** Where models come from; what the configuration says when absent. */
  readonly source?: ModelSource | undefined;
  /** What runs the models; what the configuration says when absent. */
  readonly engine?: Engine | undefined;
  readonly onLoaded?: (report: LoadReport) => void;
}

/** Finds out which models there are; loads nothing yet. */
export async function openModels(options: ModelsInServiceOptions): Promise<ModelsInService> {
  const { configuration, log } = options;
  const source = options.source ?? (await usualSource(options));
  const registry = new ModelRegistry({
    models: source.models,
    resnet: source.resnet,
    onLoaded({ fault, ...report }) {
      if (fault !== undefined) log.warn({}, `${report.name}/${report.version}: ${fault}`);
      options.onLoaded?.(report);
    },
  });
  const engine = options.engine ?? engineFor(configuration, log);
  const dataPlane = {
    registry,
    inspectImage,
    limits: {
      allowedFormats: configuration.classifyFormats,
      maxPixels: configuration.maxPixels,
      maxPictures: configuration.maxPictures,
    },
  };
  const { installed, unreadable, known, backends, offered } = source;
  const control = isControlled(options)
    ? new ModelControl({ models: source.models, registry, engine })
    : undefined;
  return {
    registry,
    classification: new Classification(dataPlane),
    classificationOfAllFormats: new Classification({
      ...dataPlane,
      limits: { ...dataPlane.limits, allowedFormats: ['jpeg', 'png', 'webp'] },
    }),
    inference: new TensorInference(dataPlane),
    installed,
    unreadable,
    known,
    backends,
    offered,
    control,
    operatorCommand: (name) => operatorCommand(name, configuration),
    load: (signal) => source.load(registry, engine, signal),
    async close(graceMilliseconds) {
      control?.close();
      await registry.close(graceMilliseconds);
      await engine.close(graceMilliseconds);
    },
  };
}

/** Models of a configuration, or at backends, come and go by other ways. */
const isControlled = ({ configuration, source }: ModelsInServiceOptions): boolean =>
  configuration.modelControl === 'explicit' && source === undefined && configuration.tfService === undefined;

function usualSource({ configuration, log, only }: ModelsInServiceOptions): Promise<ModelSource> {
  const find = configuration.tfService === undefined ? modelsOnDisk : modelsAtBackends;
  return find(configuration, log, only);
}

function engineFor(configuration: Configuration, log: Log): Engine {
  const { workers, threadsPerWorker, maxQueue, maxPixels, tfService } = configuration;
  const workersOptions = {
    maxQueue,
    maxPixels,
    log,
    ...(workers === 'auto' ? {} : { workers }),
    ...(threadsPerWorker === 'auto' ? {} : { threadsPerWorker }),
  };
  if (tfService === undefined) {
    return createOnnxEngine({ ...workersOptions, cacheDirectory: path.resolve(configuration.cacheFolder) });
  }
  return createTensorflowServingEngine({
    addresses: tfService,
    protocol: configuration.tfProtocol,
    timeoutMilliseconds: configuration.tfTimeoutSeconds * 1000,
    preparation: createOnnxPreparation(workersOptions),
    log,
  });
}
