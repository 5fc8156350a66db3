/** Prepares decoded pictures without ONNX Runtime, where a program's preparation is a plain bilinear resampling. */
import { planResampling } from '../../../converter/resampling/plan-resampling.ts';
import type { ResamplingGraph } from '../../../converter/resampling/resampling-graph.ts';
import type { BilinearPlan } from '../../domain/bilinear-plan.ts';
import type { NumericTensor } from '../../domain/tensor.ts';
import { BilinearResampler } from '../../imaging/resampling/bilinear-resampler.ts';

/**
 * Cameras and collections have a few sizes each, 400 photographs of ImageNet 187. A plan takes a worker 0.2 ms to make,
 * between two runs of a network, and with its sampling lines five kilobytes to keep.
 */
const mostPlans = 512;

/** Plans by size, the one that was needed last at the end; `undefined` where a size has none. */
type Plans = Map<string, BilinearPlan | undefined>;

export class PictureResampling {
  readonly #resampler: BilinearResampler | null;
  readonly #plans = new WeakMap<ResamplingGraph, Plans>();

  /** @param resampler `null` where the machine or its Node.js has none. */
  constructor(resampler = BilinearResampler.create()) {
    this.#resampler = resampler;
  }

  /** Where decoded pixels need no copy; another view whenever the memory has grown. */
  get room(): Uint8Array | undefined {
    return this.#resampler?.room;
  }

  /**
   * @param pixels uint8 [H,W,3].
   * @returns the prepared picture, good until the next call; `undefined` when the ONNX module must prepare it.
   */
  prepare(graph: ResamplingGraph, { shape, elements }: NumericTensor): NumericTensor | undefined {
    const [height = 0, width = 0, channels] = shape;
    if (this.#resampler === null || channels !== 3 || !(elements instanceof Uint8Array)) return undefined;
    const plan = this.#planFor(graph, height, width);
    const prepared = plan && this.#resampler.resample(plan, { elements, width });
    return prepared && { datatype: 'float32', shape: plan.shape, elements: prepared };
  }

  #planFor(graph: ResamplingGraph, height: number, width: number): BilinearPlan | undefined {
    const plans: Plans = this.#plans.get(graph) ?? new Map<string, BilinearPlan | undefined>();
    this.#plans.set(graph, plans);
    const size = `${height} × ${width}`;
    const plan = plans.has(size) ? plans.get(size) : planResampling(graph, { height, width });
    plans.delete(size);
    plans.set(size, plan);
    const [oldest = size] = plans.keys();
    if (plans.size > mostPlans) plans.delete(oldest);
    return plan;
  }
}
