/** Resamples decoded pictures in the memory of the WebAssembly kernel, a stripe of rows after the other. */
import type { BilinearPlan } from '../../domain/bilinear-plan.ts';
import { bilinearKernel, columnLineBytes, rowLineBytes, type BilinearKernel } from './bilinear-kernel.ts';
import { memoryLayout, roomBytes, type MemoryLayout } from './memory-layout.ts';
import { rowsInPlace, RowStripe, type KernelRows } from './row-stripe.ts';
import { samplingLines, type SamplingLines } from './sampling-lines.ts';
import { webAssembly, type WasmMemory, type WebAssemblyInterface } from '../../web-assembly/web-assembly.ts';

const pageBytes = 64 * 1024;
const leastPages = roomBytes / pageBytes;
/** Enough for a result of 1100 × 1100 pixels; larger ones are left to whoever is asked instead. */
const mostPages = 288;

export interface Pixels {
  /** RGB, row by row from the top, without padding. */
  readonly elements: Uint8Array;
  readonly width: number;
}

interface PlanLines {
  readonly rows: SamplingLines;
  readonly columns: SamplingLines;
}

interface Sampled {
  readonly plan: BilinearPlan;
  readonly rows: SamplingLines;
  readonly layout: MemoryLayout;
}

export class BilinearResampler {
  readonly #memory: WasmMemory;
  readonly #kernel: BilinearKernel;
  /** For as long as somebody keeps the plan. */
  readonly #lines = new WeakMap<BilinearPlan, PlanLines>();

  private constructor({ Memory, Module, Instance }: WebAssemblyInterface, bytes: Uint8Array<ArrayBuffer>) {
    this.#memory = new Memory({ initial: leastPages, maximum: mostPages });
    const { exports } = new Instance(new Module(bytes), { host: { memory: this.#memory } });
    const { resample } = exports;
    if (!isKernel(resample)) throw new Error('the module exports no kernel');
    this.#kernel = resample;
  }

  /** `null` where WebAssembly or its vector instructions are missing. */
  static create(wasm = webAssembly): BilinearResampler | null {
    const bytes = bilinearKernel();
    return wasm?.validate(bytes) === true ? new BilinearResampler(wasm, bytes) : null;
  }

  /** Where pixels need no copy; another view whenever the memory has grown. */
  get room(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, 0, roomBytes);
  }

  /**
   * @param plan for pictures of this size.
   * @returns the numbers in the plan's layout, good until the next call; `undefined` when the memory does not suffice.
   */
  resample(plan: BilinearPlan, { elements, width }: Pixels): Float32Array<ArrayBuffer> | undefined {
    const { rows, columns } = this.#linesOf(plan);
    const layout = memoryLayout(plan, columns, width);
    // The memory may grow now, which takes the pixels along but not the view of them.
    const start = elements.buffer === this.#memory.buffer ? elements.byteOffset : undefined;
    if (!this.#reaches(layout.end)) return undefined;
    this.#writeChannels(plan, layout);
    this.#writeColumns(columns, layout);
    const stride = 3 * width;
    const source =
      start === undefined
        ? new RowStripe(new Uint8Array(this.#memory.buffer), layout, { elements, stride })
        : rowsInPlace(start, stride, layout);
    this.#resampleRows({ plan, rows, layout }, source);
    return new Float32Array(this.#memory.buffer, layout.result, 3 * plan.rows.count * plan.columns.count);
  }

  #linesOf(plan: BilinearPlan): PlanLines {
    const known = this.#lines.get(plan);
    if (known !== undefined) return known;
    const rows = samplingLines(plan.rows, plan.isHalfPixel);
    const lines = { rows, columns: samplingLines(plan.columns, plan.isHalfPixel) };
    this.#lines.set(plan, lines);
    return lines;
  }

  #reaches(bytes: number): boolean {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return true;
    try {
      this.#memory.grow(missing);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  #writeChannels({ channels, shift, factor, offset }: BilinearPlan, layout: MemoryLayout): void {
    const table = new Float32Array(this.#memory.buffer, layout.channels, 12);
    for (const [place, decoded] of channels.entries()) {
      table[decoded] = shift[place] ?? 0;
      table[4 + decoded] = factor[place] ?? 1;
      table[8 + decoded] = offset[place] ?? 0;
    }
  }

  #writeColumns({ lower, share }: SamplingLines, layout: MemoryLayout): void {
    const words = columnLineBytes / 4;
    const offsets = new Int32Array(this.#memory.buffer, layout.columns, words * lower.length);
    const shares = new Float32Array(this.#memory.buffer, layout.columns, words * lower.length);
    for (let index = 0; index < lower.length; index += 1) {
      offsets[words * index] = 3 * (lower[index] ?? 0) - layout.rowStart;
      shares[words * index + 1] = share[index] ?? 0;
    }
  }

  #resampleRows(sampled: Sampled, source: KernelRows): void {
    const { lower, share } = sampled.rows;
    const words = rowLineBytes / 4;
    const addresses = new Int32Array(this.#memory.buffer, sampled.layout.rows, words * lower.length);
    const shares = new Float32Array(this.#memory.buffer, sampled.layout.rows, words * lower.length);
    let done = 0;
    for (let index = 0; index < lower.length; index += 1) {
      if (!source.hasRoomForTwo()) {
        this.#run(sampled, done, index);
        done = index;
        source.clear();
      }
      const [row, part] = [lower[index] ?? 0, share[index] ?? 0];
      addresses[words * index] = source.addressOf(row);
      addresses[words * index + 1] = source.addressOf(part === 0 ? row : row + 1);
      shares[words * index + 2] = part;
    }
    this.#run(sampled, done, lower.length);
  }

  /** Rows of the result from one up to another. */
  #run({ plan, layout }: Sampled, from: number, to: number): void {
    const { rows, columns, channels } = plan;
    const isPlanar = plan.layout === 'channels-first';
    const number = Float32Array.BYTES_PER_ELEMENT;
    const [toChannel, toPixel] = isPlanar
      ? [number * rows.count * columns.count, number]
      : [number, 3 * number];
    const start = layout.result + from * columns.count * toPixel;
    const target = (decoded: number): number => start + toChannel * channels.indexOf(decoded);
    this.#kernel(
      layout.rows + rowLineBytes * from,
      layout.columns,
      to - from,
      columns.count,
      layout.channels,
      target(0),
      target(1),
      target(2),
      toPixel,
    );
  }
}

/** The exports of a module have no types; this one is written and read in the same folder. */
function isKernel(value: unknown): value is BilinearKernel {
  return typeof value === 'function';
}
