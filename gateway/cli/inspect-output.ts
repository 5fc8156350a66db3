/** Writes what `fovea inspect` found, for people and for programs. */
import type {
  InspectedSignature,
  InspectedTensor,
  ModelInspection,
} from '../../converter/inspect/model-inspection.ts';
import { formatBytes } from './progress-bar.ts';

/** What does not exist or is not known is `null`. */
export function inspectionJson(model: string, inspection: ModelInspection): object {
  const { format, facts, signatures, operations, parameters, bytes, multiplyAdds, notes } = inspection;
  const tensor = ({ name, datatype, shape }: InspectedTensor): object => ({
    name,
    datatype,
    shape: shape ?? null,
  });
  return {
    model,
    format,
    facts: Object.fromEntries(facts),
    signatures: signatures.map(({ name, inputs, outputs }) => ({
      name,
      inputs: inputs.map(tensor),
      outputs: outputs.map(tensor),
    })),
    operations: Object.fromEntries(operations),
    parameters,
    bytes,
    multiplyAdds: multiplyAdds?.count ?? null,
    notes: [...notes, ...incomplete(inspection)],
  };
}

export function inspectionLines(model: string, inspection: ModelInspection): readonly string[] {
  const { format, facts, signatures, operations, parameters, bytes, multiplyAdds, notes } = inspection;
  const rows: (readonly [string, string])[] = [
    ['Model', `${model} (${format})`],
    ...[...facts].map(([name, words]) => [capitalised(name), words] as const),
    ['Parameters', parameters.toLocaleString('en')],
    ['Size', formatBytes(bytes)],
    [
      'Multiply-adds',
      multiplyAdds === undefined ? 'unknown' : `${formatCount(multiplyAdds.count)} a picture`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return [
    ...rows.map(([name, words]) => printable(`${name.padEnd(width)}${words}`)),
    ...signatures.flatMap(signatureLines),
    ...operationLines(operations),
    ...[...notes, ...incomplete(inspection)].flatMap((note) => ['', printable(note)]),
  ];
}

function signatureLines({ name, inputs, outputs }: InspectedSignature): readonly string[] {
  const tensors = [
    ...inputs.map((tensor) => ['in', tensor] as const),
    ...outputs.map((tensor) => ['out', tensor] as const),
  ];
  const width = Math.max(0, ...tensors.map(([, tensor]) => tensor.name.length));
  return [
    '',
    printable(`Signature ${name}`),
    ...tensors.map(([end, { name: own, datatype, shape }]) =>
      printable(`  ${end.padEnd(4)} ${own.padEnd(width)}  ${datatype} ${shapeWords(shape)}`),
    ),
  ];
}

function operationLines(operations: ReadonlyMap<string, number>): readonly string[] {
  if (operations.size === 0) return [];
  const total = [...operations.values()].reduce((sum, count) => sum + count, 0);
  return [
    '',
    `Operations (${total})`,
    ...[...operations].map(([name, count]) => printable(`${String(count).padStart(7)}  ${name}`)),
  ];
}

function shapeWords(shape: InspectedTensor['shape']): string {
  return shape === undefined ? 'of any shape' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

function incomplete({ multiplyAdds }: ModelInspection): readonly string[] {
  const unknown = multiplyAdds?.unknown ?? 0;
  return unknown === 0
    ? []
    : [`The multiply-adds are more: the sizes of ${unknown} convolutions or matrix products are not known.`];
}

/** `4.09 billion`, `390.9 million`, `1,234`. */
function formatCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} billion`;
  return count >= 1e6 ? `${(count / 1e6).toFixed(1)} million` : count.toLocaleString('en');
}

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Names come from the file: their control characters would reach the terminal. */
function printable(line: string): string {
  return line.replace(/\p{C}/gu, '?');
}
