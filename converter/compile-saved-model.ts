/** SavedModel in, ONNX programs out: the one public function of the compiler. */
import type { Signature } from '../gateway/domain/engine.ts';
import type { Tensor } from '../gateway/domain/tensor.ts';
import { referenceKey, type FlatNode } from './graph/flat-graph.ts';
import { FunctionFlattener } from './graph/flatten-functions.ts';
import { findPictureLoop, type PictureLoop } from './graph/picture-loop.ts';
import { lowerGraph, variableNodes } from './lowering/lower-graph.ts';
import { isNumeric } from './lowering/lowering.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import { optimise, optimisePicture } from './passes/optimise.ts';
import type { CompiledModel, SignatureProgram } from './program.ts';
import { readSavedModel, type SavedModel } from './readers/saved-model/read-saved-model.ts';
import type { SignatureDefinition, SignatureTensor } from './readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { writeOnnx } from './writers/onnx.ts';

/** Part of every cache key: raise it with any change to what the compiler writes. */
export const compilerVersion = '1';

/** A signature that only initialises the model and answers nothing. */
const initialisationSignature = '__saved_model_init_op';

/**
 * Compiles every signature it can.
 *
 * @param folder a SavedModel: `saved_model.pb` and `variables/`.
 * @throws UnsupportedModel when no signature compiles; the sentence names the operation and the node.
 */
export async function compileSavedModel(folder: string): Promise<CompiledModel> {
  const savedModel = await readSavedModel(folder);
  const programs: SignatureProgram[] = [];
  const modules = new Map<string, Uint8Array>();
  const skipped = new Map<string, string>();
  const compiled = new Map<string, SignatureProgram>();
  for (const definition of servingFirst(savedModel)) {
    const twin = compiled.get(fingerprint(definition));
    if (twin !== undefined) {
      programs.push({ ...twin, signature: { ...twin.signature, name: definition.name } });
      continue;
    }
    try {
      const program = await compileSignature(savedModel, definition, modules);
      compiled.set(fingerprint(definition), program);
      programs.push(program);
    } catch (error) {
      if (!(error instanceof UnsupportedModel)) throw error;
      skipped.set(definition.name, error.message);
    }
  }
  if (programs.length === 0) {
    const [reason = 'The SavedModel has no signature that answers anything.'] = skipped.values();
    throw new UnsupportedModel(reason);
  }
  return { programs, modules, skipped };
}

function servingFirst({ graph }: SavedModel): readonly SignatureDefinition[] {
  const definitions = [...graph.signatures.values()].filter(
    ({ name, outputs }) => name !== initialisationSignature && outputs.length > 0,
  );
  const rank = ({ name }: SignatureDefinition): number => Number(name !== 'serving_default');
  return definitions.sort((left, right) => rank(left) - rank(right));
}

/** Signatures that differ in name only share their modules. */
function fingerprint({ inputs, outputs }: SignatureDefinition): string {
  const ends = [inputs, outputs].map((tensors) =>
    tensors
      .map(({ name, reference }) => `${name}=${reference}`)
      .sort()
      .join(),
  );
  return ends.join(' → ');
}

interface PreparedSignature {
  readonly definition: SignatureDefinition;
  readonly signature: Signature;
  readonly flattener: FunctionFlattener;
  readonly variables: ReadonlyMap<string, Tensor>;
  readonly outputs: readonly { readonly name: string; readonly reference: { node: string; index: number } }[];
}

async function compileSignature(
  savedModel: SavedModel,
  definition: SignatureDefinition,
  modules: Map<string, Uint8Array>,
): Promise<SignatureProgram> {
  const flattener = new FunctionFlattener(savedModel.graph);
  const outputs = definition.outputs.map(({ name, reference }) => ({
    name,
    reference: flattener.resolve(reference),
  }));
  const loop = findPictureLoop(flattener);
  const variables = new Map<string, Tensor>();
  for (const name of variableNodes(flattener.nodes))
    variables.set(name, await savedModel.variables.read(name));
  const signature: Signature = {
    name: definition.name,
    inputs: definition.inputs.map((tensor) => specification(tensor)),
    outputs: definition.outputs.map((tensor) => specification(tensor)),
  };
  const prepared: PreparedSignature = { definition, signature, flattener, variables, outputs };
  return loop === undefined ? compileTensors(prepared, modules) : compilePictures(prepared, loop, modules);
}

function specification({ name, datatype, shape }: SignatureTensor): Signature['inputs'][number] {
  if (datatype !== 'string' && !isNumeric(datatype)) {
    throw new UnsupportedModel(
      `The signature's tensor ${name} has the datatype ${datatype}, which no client can send.`,
    );
  }
  if (shape === undefined)
    throw new UnsupportedModel(`The signature's tensor ${name} has an unknown number of axes.`);
  return { name, datatype, shape };
}

function compileTensors(prepared: PreparedSignature, modules: Map<string, Uint8Array>): SignatureProgram {
  const { flattener, variables, outputs, signature, definition } = prepared;
  const inputs = signature.inputs.map((input, index) => ({
    name: input.name,
    reference: flattener.resolve(definition.inputs[index]?.reference ?? ''),
    type: { datatype: input.datatype, shape: input.shape },
  }));
  const text = inputs.find(({ type }) => type.datatype === 'string');
  if (text !== undefined) {
    throw new UnsupportedModel(
      `The signature takes strings (${text.name}) but decodes no picture from them.`,
    );
  }
  const graph = optimise(lowerGraph({ nodes: flattener.nodes, inputs, outputs, variables }));
  return { kind: 'tensor', signature, network: addModule(modules, 'network', graph) };
}

function compilePictures(
  prepared: PreparedSignature,
  loop: PictureLoop,
  modules: Map<string, Uint8Array>,
): SignatureProgram {
  const { flattener, variables, outputs, signature, definition } = prepared;
  const nodes = new Map<string, FlatNode>(flattener.nodes);
  const fed = definition.inputs.find(
    ({ reference }) => referenceKey(flattener.resolve(reference)) === referenceKey(loop.contents),
  );
  if (fed === undefined || signature.inputs.length !== 1) {
    throw new UnsupportedModel('The signature feeds something besides pictures into its decoder loop.');
  }
  const body = lowerGraph({
    nodes,
    inputs: [
      {
        name: 'pixels',
        reference: loop.decoded,
        type: { datatype: 'uint8', shape: [null, null, loop.decoder.channels] },
      },
    ],
    outputs: [{ name: 'prepared', reference: loop.prepared }],
    variables,
  });
  const element = body.types.get(body.outputs[0]?.value ?? '') ?? { datatype: 'float32', shape: undefined };
  if (element.shape === undefined)
    throw new UnsupportedModel('The compiler cannot tell the shape of a prepared picture.');
  const network = lowerGraph({
    nodes,
    inputs: [
      {
        name: 'prepared',
        reference: loop.stacked,
        type: { datatype: element.datatype, shape: [null, ...element.shape] },
      },
    ],
    outputs,
    variables,
  });
  const graphs = optimisePicture(body, network);
  return {
    kind: 'picture',
    signature,
    pictureInput: fed.name,
    decoder: loop.decoder,
    prepare: addModule(modules, 'prepare', graphs.prepare),
    network: addModule(modules, 'network', graphs.network),
  };
}

function addModule(modules: Map<string, Uint8Array>, stem: string, graph: OnnxGraph): string {
  const name = `${stem}-${modules.size}`;
  modules.set(name, writeOnnx(graph, name));
  return name;
}
