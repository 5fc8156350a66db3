/** Compiles the way from a picture to a network's input alone, for a network that runs elsewhere. */
import type { Signature } from '../gateway/domain/engine.ts';
import type { StatedPreprocessing } from '../gateway/domain/preprocessing.ts';
import type { OnnxGraph } from './onnx/onnx-graph.ts';
import { picturesForTensors } from './pictures-for-tensors.ts';
import type { CompiledModel } from './program.ts';
import { UnsupportedModel } from './unsupported-model.ts';
import { SharedModules } from './writers/shared-modules.ts';

/** Name of the one output: the prepared pictures, [N,…]. */
const preparedOutput = 'prepared';

const networkInput = 'rows';

/**
 * A program of one signature: `image_bytes` string [N] → `prepared` [N,…], of the datatype and layout that the network
 * takes.
 *
 * @throws UnsupportedModel when no picture can be made to fit the signature.
 */
export function compilePreparation(signature: Signature, stated: StatedPreprocessing): CompiledModel {
  const modules = new SharedModules();
  const [input] = signature.inputs;
  const program = picturesForTensors([{ kind: 'tensor', signature, network: '' }], stated, modules);
  if (input === undefined || program === undefined) {
    throw new UnsupportedModel(`The signature "${signature.name}" takes no tensor to prepare pictures for.`);
  }
  const prepared = { ...input, name: preparedOutput };
  return {
    programs: [
      {
        ...program,
        signature: { ...program.signature, outputs: [prepared] },
        network: modules.add('network', passage(prepared)),
        networkInput,
      },
    ],
    modules: modules.byName,
    skipped: new Map(),
  };
}

/** A network that hands on what it is given. */
function passage({ datatype, shape }: Signature['inputs'][number]): OnnxGraph {
  const type = { datatype, shape: [null, ...shape.slice(1)] };
  return {
    inputs: [{ name: networkInput, type }],
    outputs: [{ name: preparedOutput, value: preparedOutput }],
    nodes: [
      {
        operator: 'Identity',
        inputs: [networkInput],
        outputs: [preparedOutput],
        attributes: {},
        origin: preparedOutput,
      },
    ],
    constants: new Map(),
    types: new Map([
      [networkInput, type],
      [preparedOutput, type],
    ]),
  };
}
