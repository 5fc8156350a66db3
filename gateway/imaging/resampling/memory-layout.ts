/** Where everything lies in the kernel's memory, for one plan and one width of picture. */
import type { BilinearPlan } from '../../domain/bilinear-plan.ts';
import { bytesBeyond, columnLineBytes, rowLineBytes } from './bilinear-kernel.ts';
import type { SamplingLines } from './sampling-lines.ts';

/** Addresses and sizes in bytes. */
export interface MemoryLayout {
  /** Twelve floats. */
  readonly channels: number;
  readonly columns: number;
  readonly rows: number;
  readonly result: number;
  /** Rows of the picture, as many as there is room for. */
  readonly stripe: number;
  readonly stripeEnd: number;
  readonly end: number;
  /** The part of a row that is looked at: its first byte and its length. */
  readonly rowStart: number;
  readonly rowBytes: number;
}

/** Room for a picture of half a megapixel at the beginning; the kernel may read a few bytes beyond. */
export const roomBytes = 1_572_864;

/** The processor's second cache holds it, together with the part of the result that is written meanwhile. */
const usualStripeBytes = 256 * 1024;

export function memoryLayout(
  { rows, columns }: BilinearPlan,
  { lower }: SamplingLines,
  width: number,
): MemoryLayout {
  const [firstColumn, lastColumn] = [lower[0] ?? 0, Math.min((lower.at(-1) ?? 0) + 1, width - 1)];
  const rowBytes = 3 * (lastColumn + 1 - firstColumn);
  const channels = roomBytes + 64;
  const columnsAt = channels + 64;
  const rowsAt = columnsAt + columnLineBytes * columns.count;
  const result = rowsAt + rowLineBytes * rows.count;
  const stripe = result + 3 * Float32Array.BYTES_PER_ELEMENT * rows.count * columns.count;
  const stripeEnd = stripe + Math.max(usualStripeBytes, 2 * rowBytes);
  return {
    channels,
    columns: columnsAt,
    rows: rowsAt,
    result,
    stripe,
    stripeEnd,
    end: stripeEnd + bytesBeyond,
    rowStart: 3 * firstColumn,
    rowBytes,
  };
}
