/** The one door to ONNX Runtime: opens a module, runs it, and writes a module down as the runtime optimised it. */
import './without-telemetry.ts';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import type { NumericDatatype, NumericElements, NumericTensor } from '../../domain/tensor.ts';

export interface OnnxSession {
  /** Blocks the calling thread while it computes; the results may be handed to another thread. */
  run(
    inputs: ReadonlyMap<string, NumericTensor>,
    outputs: readonly string[],
  ): Promise<Map<string, NumericTensor>>;
  /** The same for one output that stays in this thread, which saves a copy of it. */
  runStep(input: readonly [string, NumericTensor], output: string): Promise<NumericTensor>;
}

export interface SessionPlan {
  readonly threads: number;
  /** Whether it keeps the memory of a run for the next, as much as the largest input ever took. */
  readonly keepsMemory: boolean;
}

const sharedOptions: InferenceSession.SessionOptions = {
  interOpNumThreads: 1,
  executionMode: 'sequential',
  // Patterns are remembered for every input shape ever seen and bring nothing measurable.
  enableMemPattern: false,
  // The runtime's own words reach the log as the cause of an error, not through standard error.
  logSeverityLevel: 4,
};

/** Opens a module that `writeTunedModule` wrote. */
export async function openSession(file: string, plan: SessionPlan): Promise<OnnxSession> {
  const session = await InferenceSession.create(file, {
    ...sharedOptions,
    intraOpNumThreads: plan.threads,
    graphOptimizationLevel: 'disabled',
    // An arena never gives back what the largest picture took, but saves page faults.
    enableCpuMemArena: plan.keepsMemory,
    // By default idle threads spin for 40 ms of CPU time after every run, which whoever works beside them lacks. After
    // 50 µs of it a pass on two threads is as fast, and faster where other programs want the processors too.
    extra: { session: { intra_op: { spin_duration_us: '50' } } },
  });
  const fetch = async (
    inputs: Iterable<readonly [string, NumericTensor]>,
    outputs: readonly string[],
  ): Promise<[string, NumericTensor][]> => {
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [name, tensor] of inputs) feeds[name] = toRuntime(tensor);
    const fetched = await session.run(feeds, outputs);
    return outputs.map((name) => {
      const value = fetched[name];
      if (!(value instanceof RuntimeTensor)) throw new Error(`the module gave no tensor named ${name}`);
      return [name, fromRuntime(value)];
    });
  };
  return {
    async run(inputs, outputs) {
      const results = await fetch(inputs, outputs);
      return new Map(
        results.map(([name, tensor]) => [name, { ...tensor, elements: tensor.elements.slice() }]),
      );
    },
    async runStep(input, output) {
      const [result] = await fetch([input], [output]);
      if (result === undefined) throw new Error(`the module gave no tensor named ${output}`);
      return result[1];
    },
  };
}

export interface TunedModuleFiles {
  /** The optimised graph, without its weights. */
  readonly graph: string;
  /** Name, in the same folder, of the file with the weights. */
  readonly weightsName: string;
}

/**
 * Writes a module after every optimisation for this CPU, its weights in a file of their own.
 *
 * Sessions map that file instead of copying it: with three sessions of ResNet-50 resident memory fell from 868 to
 * 440 MB, and opening one from 240 to 80 ms. The files fit only CPUs with the same instructions.
 */
export async function writeTunedModule(bytes: Uint8Array, files: TunedModuleFiles): Promise<void> {
  const session = await InferenceSession.create(bytes, {
    ...sharedOptions,
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    optimizedModelFilePath: files.graph,
    extra: {
      session: {
        optimized_model_external_initializers_file_name: files.weightsName,
        optimized_model_external_initializers_min_size_in_bytes: '1024',
      },
    },
  });
  await session.release();
}

function toRuntime(tensor: NumericTensor): RuntimeTensor {
  // Signatures have none: the compiler takes no module with one.
  if (tensor.datatype === 'bfloat16') throw new Error('the runtime takes no tensors of bfloat16');
  return new RuntimeTensor(tensor.datatype, tensor.elements, [...tensor.shape]);
}

const datatypes: Partial<Record<RuntimeTensor.Type, NumericDatatype>> = {
  bool: 'bool',
  uint8: 'uint8',
  int8: 'int8',
  uint16: 'uint16',
  int16: 'int16',
  uint32: 'uint32',
  int32: 'int32',
  uint64: 'uint64',
  int64: 'int64',
  float16: 'float16',
  float32: 'float32',
  float64: 'float64',
};

function fromRuntime(tensor: RuntimeTensor): NumericTensor {
  const datatype = datatypes[tensor.type];
  if (datatype === undefined) throw new Error(`the module gave a tensor of type ${tensor.type}`);
  return { datatype, shape: tensor.dims, elements: elementsOf(tensor.data) };
}

/** A view of memory that may belong to the runtime. */
function elementsOf(elements: RuntimeTensor['data']): NumericElements {
  if (
    elements instanceof Uint8Array ||
    elements instanceof Int8Array ||
    elements instanceof Uint16Array ||
    elements instanceof Int16Array ||
    elements instanceof Uint32Array ||
    elements instanceof Int32Array ||
    elements instanceof BigUint64Array ||
    elements instanceof BigInt64Array ||
    elements instanceof Float32Array ||
    elements instanceof Float64Array
  ) {
    return elements;
  }
  // Half floats come as Float16Array where JavaScript has one; the house passes their raw bits.
  if (ArrayBuffer.isView(elements)) {
    return new Uint16Array(
      elements.buffer.slice(elements.byteOffset, elements.byteOffset + elements.byteLength),
    );
  }
  throw new Error('the module gave a tensor without numbers');
}
