/** Reads what a checkpoint's index says: `BundleHeaderProto` for all of it, `BundleEntryProto` for one tensor. */
import type { Shape } from '../../../gateway/domain/tensor.ts';
import { readProtobuf } from '../../../gateway/protobuf/protobuf-reader.ts';
import { tensorFlowDatatype } from './tensorflow-datatypes.ts';
import type { TensorFlowDatatype } from './tensorflow-graph.ts';
import { readShape } from './tensor-shape.ts';

export interface BundleHeader {
  readonly shardCount: number;
  readonly isLittleEndian: boolean;
}

export interface BundleEntry {
  readonly datatype: TensorFlowDatatype;
  readonly shape: Shape;
  readonly shard: number;
  /** Where the tensor's bytes start in its shard. */
  readonly offset: number;
  readonly size: number;
  /** Masked CRC-32C of the bytes. */
  readonly checksum: number;
  /** Whether the tensor is kept in parts under other keys. */
  readonly isPartitioned: boolean;
}

export function readBundleHeader(bytes: Uint8Array): BundleHeader {
  let shardCount = 0;
  let isLittleEndian = true;
  for (const field of readProtobuf(bytes)) {
    if (field.number === 1) shardCount = field.integer();
    else if (field.number === 2) isLittleEndian = field.integer() === 0;
  }
  return { shardCount, isLittleEndian };
}

export function readBundleEntry(bytes: Uint8Array): BundleEntry {
  let datatype = tensorFlowDatatype(0);
  let shape: Shape = [];
  const numbers = { shard: 0, offset: 0, size: 0, checksum: 0 };
  let isPartitioned = false;
  for (const field of readProtobuf(bytes)) {
    if (field.number === 1) datatype = tensorFlowDatatype(field.integer());
    else if (field.number === 2) shape = readShape(field);
    else if (field.number === 3) numbers.shard = field.integer();
    else if (field.number === 4) numbers.offset = field.integer();
    else if (field.number === 5) numbers.size = field.integer();
    else if (field.number === 6) numbers.checksum = field.fixed32();
    else if (field.number === 7) isPartitioned = true;
  }
  return { datatype, shape, ...numbers, isPartitioned };
}
