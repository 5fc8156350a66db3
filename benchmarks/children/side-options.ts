/** The sides that scenarios compare, as measuring processes. */
import path from 'node:path';
import type { Bench } from '../bench.ts';
import type { ModelUnderTest } from '../surroundings/find-models.ts';
import { nodeCommand, serverPartCommand, type ChildSideOptions } from './child-side.ts';
import type { RequestForm } from './http-requests.ts';
import type { ServerProcess } from './server-process.ts';

interface Layout {
  readonly workers: number;
  readonly threads: number;
}

/** Pictures over HTTP on so many connections. */
export function httpSide(
  { pictures }: Bench,
  model: ModelUnderTest,
  { port, connections, name = 'HTTP' }: Pick<ServerProcess, 'port'> & { connections: number; name?: string },
): ChildSideOptions {
  return loadSide({ name, port, path: `/classify/${model.name}`, pictures, connections });
}

export interface Load {
  readonly name: string;
  readonly port: number;
  readonly path: string;
  /** Absolute paths of JPEG files. */
  readonly pictures: readonly string[];
  readonly connections: number;
  /** As a file in a form when absent; `leaves` are no pictures but one list of numbers, `leaf-rows` nested ones. */
  readonly form?: RequestForm | 'leaves' | 'leaf-rows';
}

/** Pictures to any path of any HTTP server. */
export function loadSide({ name, connections, ...open }: Load): ChildSideOptions {
  return { name, command: nodeCommand('load-generator'), open, run: { connections } };
}

/** Pictures to a TensorFlow Serving over gRPC. */
export function predictSide({
  name,
  connections,
  ...open
}: {
  readonly name: string;
  readonly port: number;
  readonly model: string;
  /** Name of the input that takes pictures. */
  readonly input: string;
  readonly pictures: readonly string[];
  /** Calls at a time. */
  readonly connections: number;
}): ChildSideOptions {
  return { name, command: nodeCommand('predict-loop'), open, run: { connections } };
}

/** Pictures to an Open Inference Protocol server over gRPC. */
export function inferSide({
  name,
  connections,
  ...open
}: Pick<Load, 'name' | 'port' | 'pictures' | 'connections'>): ChildSideOptions {
  return { name, command: nodeCommand('infer-loop'), open, run: { connections } };
}

/** TensorFlow on a SavedModel, in a process of its own; fed a tensor of noise unless there are pictures. */
export function tensorflowSide(
  python: string,
  { folder }: Pick<ModelUnderTest, 'folder'>,
  pictures: readonly string[] = [],
): ChildSideOptions {
  return {
    name: 'TensorFlow',
    command: { program: python, words: [path.resolve('benchmarks', 'tensorflow-baseline.py')] },
    open: { folder, pictures },
  };
}

/** The embedded engine in a process of its own. */
export function engineSide(
  { pictures, cache }: Bench,
  { name, version, folder }: ModelUnderTest,
  concurrency: number,
): ChildSideOptions {
  return {
    name: 'engine without HTTP',
    command: serverPartCommand('engine-loop'),
    open: { part: 'picture', name, version, folder, pictures, cache },
    run: { concurrency },
  };
}

/** The embedded engine with a model whose signature takes tensors: one made-up picture, over and over. */
export function engineTensorSide(
  { cache }: Bench,
  { name, version, folder }: Pick<ModelUnderTest, 'name' | 'version' | 'folder'>,
): ChildSideOptions {
  return {
    name: 'engine',
    command: serverPartCommand('engine-loop'),
    open: { part: 'tensor', name, version, folder, cache },
    run: { concurrency: 1 },
  };
}

/** The engine with the network alone: tensors in, nothing decoded or prepared. */
export function engineNetworkSide(
  { cache }: Bench,
  { name, version, folder }: ModelUnderTest,
  { inputShape, concurrency }: { inputShape: readonly number[]; concurrency: number },
): ChildSideOptions {
  return {
    name: 'engine',
    command: serverPartCommand('engine-loop'),
    open: { part: 'network', name, version, folder, inputShape, cache: path.join(cache, 'network') },
    run: { concurrency },
  };
}

export interface BareNetwork {
  readonly name: string;
  /** Absolute path of an ONNX file with one input. */
  readonly file: string;
  readonly inputShape: readonly number[];
}

/** One ONNX file in bare sessions. */
export function bareNetworkSide(
  { name, file, inputShape }: BareNetwork,
  { workers, threads }: Layout,
): ChildSideOptions {
  const open = { part: 'network', network: file, inputShape, workers, threads };
  return { name, command: nodeCommand('bare-loop'), open };
}

/** Ways to share out the processors: one thread each, all for one, and what lies between. */
export function fixedLayouts(cpus: number): readonly Layout[] {
  const divisors = Array.from({ length: cpus }, (_, index) => index + 1).filter((n) => cpus % n === 0);
  return divisors.map((workers) => ({ workers, threads: cpus / workers }));
}
