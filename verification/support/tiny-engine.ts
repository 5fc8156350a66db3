/** The ONNX engine on a folder of its own, with the tiny model in place of a compiled SavedModel. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Engine, InferenceRequest, LoadedModel } from '../../gateway/domain/engine.ts';
import type { InstalledVersion } from '../../gateway/domain/model.ts';
import { createOnnxEngine } from '../../gateway/engines/onnx/onnx-engine.ts';
import type { OnnxEngineOptions } from '../../gateway/engines/onnx/onnx-engine.ts';
import { siblingModule } from '../../gateway/sibling-module.ts';

export interface LoggedEvent {
  readonly sentence: string;
  readonly facts: object;
}

export interface TinyEngine {
  readonly root: string;
  readonly cacheDirectory: string;
  readonly model: InstalledVersion;
  readonly engine: Engine;
  readonly logged: LoggedEvent[];
  /** Resolves when the engine has logged the sentence that many times. */
  untilLogged(sentence: string, times?: number): Promise<void>;
  load(signal?: AbortSignal): Promise<LoadedModel>;
  /** Another engine on the same folders. */
  restarted(overrides?: Partial<OnnxEngineOptions>): TinyEngine;
  stop(): Promise<void>;
}

export async function tinyEngine(overrides: Partial<OnnxEngineOptions> = {}): Promise<TinyEngine> {
  const root = await mkdtemp(path.join(tmpdir(), 'fovea-tiny-'));
  const folder = path.join(root, 'models', 'tiny', '3');
  await mkdir(path.join(folder, 'variables'), { recursive: true });
  await writeFile(path.join(folder, 'saved_model.pb'), 'a graph');
  await writeFile(path.join(folder, 'variables', 'variables.index'), 'an index');
  return engineOn(root, { name: 'tiny', version: 3, folder }, overrides);
}

function engineOn(root: string, model: InstalledVersion, overrides: Partial<OnnxEngineOptions>): TinyEngine {
  const logged: LoggedEvent[] = [];
  let watchers: (() => void)[] = [];
  const note = (facts: object, sentence: string) => {
    logged.push({ sentence, facts });
    for (const watcher of watchers) watcher();
  };
  const cacheDirectory = overrides.cacheDirectory ?? path.join(root, 'cache');
  const engine = createOnnxEngine({
    workers: 2,
    threadsPerWorker: 1,
    maxQueue: 100,
    maxPixels: 1_000_000,
    log: { info: note, warn: note },
    ...overrides,
    cacheDirectory,
    entries: {
      build: siblingModule('tiny-build-worker', import.meta.url),
      worker: siblingModule('faulty-onnx-worker', import.meta.url),
    },
  });
  return {
    root,
    cacheDirectory,
    model,
    engine,
    logged,
    untilLogged: (sentence, times = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (logged.filter((event) => event.sentence === sentence).length < times) return;
          watchers = watchers.filter((watcher) => watcher !== look);
          resolve();
        };
        watchers.push(look);
        look();
      }),
    load: (signal = new AbortController().signal) => engine.load(model, { signal }),
    restarted: (more = {}) => engineOn(root, model, { ...overrides, ...more }),
    async stop() {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** A picture of one colour; JPEG keeps each channel within two levels. */
export async function plainJpeg(red: number, green: number, blue: number): Promise<Uint8Array> {
  const create = { width: 24, height: 16, channels: 3, background: { r: red, g: green, b: blue } } as const;
  return sharp({ create }).jpeg({ quality: 95 }).toBuffer();
}

export function pictureRequest(pictures: readonly Uint8Array[]): InferenceRequest {
  return {
    inputs: new Map([['image_bytes', { datatype: 'string', shape: [pictures.length], elements: pictures }]]),
  };
}
