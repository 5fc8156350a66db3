/** Reads back what the tests ask of an ONNX file: its nodes and the names at its ends. */
import { readProtobuf, type ProtobufField } from '../../../../gateway/protobuf/protobuf-reader.ts';

export interface ReadNode {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface ReadModel {
  readonly nodes: readonly ReadNode[];
  readonly constants: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const strings = (fields: readonly ProtobufField[], number: number): string[] =>
  fields.filter((field) => field.number === number).map((field) => field.string());

/** Field numbers are those of onnx.proto: ModelProto.graph is 7. */
export function readOnnx(bytes: Uint8Array): ReadModel {
  const graph = [...readProtobuf(bytes)].find((field) => field.number === 7);
  if (graph === undefined) throw new Error('the file holds no graph');
  const parts = [...graph.fields()];
  const named = (number: number, nameField: number): string[] =>
    parts
      .filter((part) => part.number === number)
      .map((part) => strings([...part.fields()], nameField)[0] ?? '');
  return {
    nodes: parts
      .filter((part) => part.number === 1)
      .map((part) => {
        const fields = [...part.fields()];
        return {
          operator: strings(fields, 4)[0] ?? '',
          name: strings(fields, 3)[0] ?? '',
          inputs: strings(fields, 1),
          outputs: strings(fields, 2),
        };
      }),
    constants: named(5, 8),
    inputs: named(11, 1),
    outputs: named(12, 1),
  };
}

/** How often each operator occurs. */
export function operatorCounts({ nodes }: ReadModel): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  return counts;
}
