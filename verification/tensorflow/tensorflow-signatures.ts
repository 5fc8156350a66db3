/** Reads what a SavedModel can be asked, by TensorFlow's own reader. */
import type { Signature, TensorSpecification } from '../../gateway/domain/engine.ts';
import { usualSignature } from '../../gateway/domain/signature-named.ts';
import { datatypeNamed } from '../../gateway/wire/tensorflow-serving/datatypes.ts';
import type { Tensorflow, TensorflowField } from './tensorflow-binding.ts';
import { carriedDatatypes } from './tensorflow-tensors.ts';

/** What TensorFlow Serving looks for in a SavedModel. */
const servingTag = 'serve';

export interface ReadSignatures {
  readonly tags: readonly string[];
  /** `serving_default` first; without those whose tensors the package cannot carry. */
  readonly signatures: readonly Signature[];
}

/** @returns `undefined` when the SavedModel has no graph for serving */
export async function readSignatures(
  tensorflow: Tensorflow,
  folder: string,
): Promise<ReadSignatures | undefined> {
  const graphs = await tensorflow.node.getMetaGraphsFromSavedModel(folder);
  const graph = graphs.find(({ tags }) => tags.includes(servingTag));
  if (graph === undefined) return undefined;
  const signatures = Object.entries(graph.signatureDefs).flatMap(([name, { inputs, outputs }]) => {
    const [given, answered] = [specifications(inputs), specifications(outputs)];
    return given === undefined || answered === undefined ? [] : [{ name, inputs: given, outputs: answered }];
  });
  const rank = ({ name }: Signature): number => Number(name !== usualSignature);
  return { tags: graph.tags, signatures: signatures.sort((left, right) => rank(left) - rank(right)) };
}

function specifications(
  fields: Readonly<Record<string, TensorflowField>>,
): readonly TensorSpecification[] | undefined {
  const read = Object.entries(fields).flatMap(([name, { tfDtype, shape }]) => {
    const datatype = datatypeNamed(tfDtype);
    if (datatype === undefined || !carriedDatatypes.has(datatype)) return [];
    const sizes = shape.map((dimension) => dimension.getSize());
    return [{ name, datatype, shape: sizes.map((size) => (size < 0 ? null : size)) }];
  });
  return read.length === Object.keys(fields).length ? read : undefined;
}
