/** Finds the operation that takes a signature's serialised examples apart, in TensorFlow 1 and 2 form. */
import { elementCount, type Tensor } from '../../gateway/domain/tensor.ts';
import type { DenseFeature } from '../program.ts';
import type { PartialShape } from '../readers/saved-model/tensorflow-graph.ts';
import { runsElsewhere, UnsupportedModel } from '../unsupported-model.ts';
import { isTransparent, referenceKey, throughNodes, throughTransparent } from './flat-graph.ts';
import type { FlatNode, ValueReference } from './flat-graph.ts';
import type { FunctionFlattener } from './flatten-functions.ts';

/**
 *   examples [N] ─ ParseExample ─▶ feature [N,…] … outputs
 */
export interface ParsedFeature {
  readonly feature: Omit<DenseFeature, 'input'>;
  /** Where the graph goes on from. */
  readonly reference: ValueReference;
}

type Nodes = FunctionFlattener['nodes'];

interface ParserEnds {
  readonly keys: readonly string[];
  readonly defaults: readonly (ValueReference | undefined)[];
}

/**
 * The features in the order in which the parser gives them; `undefined` when nothing parses these examples.
 *
 * @param examples the value that the signature feeds
 * @throws UnsupportedModel when the features are not all of a fixed size
 */
export function findParsedFeatures(
  { nodes }: FunctionFlattener,
  examples: ValueReference,
): readonly ParsedFeature[] | undefined {
  const fed = throughTransparent(nodes, examples);
  const parsers = [...nodes.values()].filter(
    (node) => isParser(node) && isSame(throughTransparent(nodes, node.inputs[0]), fed),
  );
  const [parser, ...others] = parsers;
  if (parser === undefined) return undefined;
  if (others.length > 0) throw unsupported(parser, 'is not the only parser of the examples');
  if (variesInSize(parser)) throw unsupported(parser, 'reads features of varying size');
  const types = parser.attributes.get('Tdense');
  const shapes = parser.attributes.get('dense_shapes');
  const { keys, defaults } = endsOf(parser, nodes);
  return keys.map((name, index) => {
    const datatype = types?.kind === 'list' ? types.types[index] : undefined;
    if (datatype !== 'float32' && datatype !== 'int64' && datatype !== 'string') {
      throw unsupported(parser, `reads "${name}" as a datatype that no example holds`);
    }
    const shape = fixedShape(shapes?.kind === 'list' ? shapes.shapes[index] : undefined);
    if (shape === undefined) throw unsupported(parser, `reads "${name}", a feature of varying size`);
    const given = constantOf(nodes, defaults[index]);
    if (given === undefined) throw unsupported(parser, `computes what "${name}" is when it is absent`);
    const absent = textsOf(given);
    if (absent.length > 0 && absent.length !== elementCount(shape)) {
      throw unsupported(parser, `fills "${name}" with another number of values than it has`);
    }
    return {
      feature: { name, datatype, shape, ...(absent.length === 0 ? {} : { absent }) },
      reference: { node: parser.name, index },
    };
  });
}

/** The shape of a feature that a parser gives; `undefined` for any other value, and for a feature of varying size. */
export function parsedShape({ nodes }: FunctionFlattener, value: ValueReference): PartialShape {
  const at = throughTransparent(nodes, value);
  const parser = at && nodes.get(at.node);
  if (at === undefined || parser === undefined || !isParser(parser) || variesInSize(parser)) return undefined;
  const shapes = parser.attributes.get('dense_shapes');
  const shape = fixedShape(shapes?.kind === 'list' ? shapes.shapes[at.index] : undefined);
  return shape && [null, ...shape];
}

function isParser({ operation }: FlatNode): boolean {
  return operation === 'ParseExample' || operation === 'ParseExampleV2';
}

function variesInSize({ attributes }: FlatNode): boolean {
  const isCounted = ['Nsparse', 'num_sparse'].some((name) => {
    const count = attributes.get(name);
    return count?.kind === 'integer' && count.value > 0;
  });
  const ragged = attributes.get('ragged_value_types');
  return isCounted || (ragged?.kind === 'list' && ragged.types.length > 0);
}

/** `ParseExample` has an input for each key, `ParseExampleV2` one for all of them. */
function endsOf(parser: FlatNode, nodes: Nodes): ParserEnds {
  const { inputs } = parser;
  if (parser.operation === 'ParseExampleV2') {
    return { keys: keysIn(parser, nodes, inputs[3]), defaults: inputs.slice(5) };
  }
  const count = (inputs.length - 2) / 2;
  const keys = inputs.slice(2, 2 + count).flatMap((input) => keysIn(parser, nodes, input));
  return { keys, defaults: inputs.slice(2 + count) };
}

function keysIn(parser: FlatNode, nodes: Nodes, input: ValueReference | undefined): readonly string[] {
  const keys = constantOf(nodes, input);
  if (keys?.datatype !== 'string') throw unsupported(parser, 'computes the names of its features');
  const decoder = new TextDecoder();
  return keys.elements.map((key) => decoder.decode(key));
}

function isSame(one: ValueReference | undefined, another: ValueReference | undefined): boolean {
  return one !== undefined && another !== undefined && referenceKey(one) === referenceKey(another);
}

/** Of a default only the elements count: Python reshapes it to what the parser knows anyway. */
function constantOf(nodes: Nodes, reference: ValueReference | undefined): Tensor | undefined {
  const at = throughNodes(nodes, reference, (name) => name === 'Reshape' || isTransparent(name));
  const node = at && nodes.get(at.node);
  const value = node?.operation === 'Const' ? node.attributes.get('value') : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
}

function fixedShape(shape: PartialShape): readonly number[] | undefined {
  const sizes = (shape ?? [null]).filter((size) => size !== null);
  return sizes.length === (shape ?? [null]).length ? sizes : undefined;
}

function textsOf({ datatype, elements }: Tensor): readonly string[] {
  if (datatype === 'string') return elements.map(() => '');
  return Array.from<number | bigint, string>(elements, String);
}

function unsupported({ operation, name }: FlatNode, what: string): UnsupportedModel {
  return new UnsupportedModel(
    `${operation} (node ${name}) ${what}, which the compiler cannot translate. ${runsElsewhere}`,
  );
}
