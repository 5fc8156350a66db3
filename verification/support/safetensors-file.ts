/** A checkpoint as the bytes of a safetensors file: the header's length, the header, the tensors. */
import type { Checkpoint } from '../../converter/checkpoint.ts';

/** All tensors are taken for float32. */
export function safetensorsBytes(checkpoint: Checkpoint): Buffer {
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, elements }] of checkpoint.tensors) {
    const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}
