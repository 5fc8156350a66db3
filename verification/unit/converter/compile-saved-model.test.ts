/** Which signatures a model may do without: none when its weights are damaged, not the main one when no other takes pictures. */
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../../converter/architectures/build-network.ts';
import { compileSavedModel } from '../../../converter/compile-saved-model.ts';
import {
  classifierGraph,
  pictureSignature,
  tensorSignature,
} from '../../../converter/network/classifier-graph.ts';
import { GraphNodes } from '../../../converter/network/graph-nodes.ts';
import type { ModelGraph } from '../../../converter/network/model-graph.ts';
import { DamagedWeights } from '../../../converter/readers/saved-model/damaged-weights.ts';
import type { SignatureDefinition } from '../../../converter/readers/saved-model/tensorflow-graph.ts';
import { UnsupportedModel } from '../../../converter/unsupported-model.ts';
import { writeSavedModel } from '../../../converter/writers/saved-model/write-saved-model.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { tinyCheckpoint } from './architectures/tiny-checkpoint.ts';

/** Picture and tensor signatures over the same weights. */
function classifier(batchSize?: number): ModelGraph {
  const { network, architecture } = buildNetwork(tinyCheckpoint());
  return classifierGraph(network, {
    recipe: { ...architecture.recipe, size: 6, resize: 'stretch' },
    hasBackgroundClass: false,
    ...(batchSize === undefined ? {} : { batchSize }),
  });
}

function withSignatures(
  graph: ModelGraph,
  change: (signature: SignatureDefinition) => SignatureDefinition,
): ModelGraph {
  return { ...graph, signatures: graph.signatures.map(change) };
}

/** Only `serving_default` keeps the network; what is left of the other answers without any weight. */
function withWeightlessTensors(graph: ModelGraph): ModelGraph {
  return withSignatures(graph, (signature) =>
    signature.name === pictureSignature
      ? signature
      : {
          ...signature,
          outputs: signature.inputs.map((input) => ({ ...input, name: 'same', reference: 'echo:0' })),
        },
  );
}

/** `serving_default` answers by an operation that nobody knows. */
function withUnknownOperation(graph: ModelGraph): ModelGraph {
  return withSignatures(graph, (signature) =>
    signature.name === pictureSignature
      ? { ...signature, outputs: signature.outputs.map((one) => ({ ...one, reference: 'odd:0' })) }
      : signature,
  );
}

function added(operation: string, name: string, input: string, graph: ModelGraph): ModelGraph {
  const nodes = new GraphNodes();
  nodes.add(name, operation, [input], { T: { kind: 'type', value: 'float32' } });
  return { ...graph, nodes: [...graph.nodes, ...nodes.nodes] };
}

describe('compiling a SavedModel with a fault', () => {
  let folder = '';

  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'fovea-faults-')), '1');
  });

  afterEach(async () => {
    await rm(path.dirname(folder), { recursive: true });
  });

  describe('refuses the whole model, although one signature needs no weights, when', () => {
    const weights = async (ending: RegExp): Promise<string> => {
      await writeSavedModel(
        folder,
        added('Identity', 'echo', 'images', withWeightlessTensors(classifier(8))),
      );
      expect((await compileSavedModel(folder)).skipped.size).to.equal(0);
      const names = await readdir(path.join(folder, 'variables'));
      return path.join(folder, 'variables', names.find((name) => ending.test(name)) ?? '');
    };
    const faults = [
      ['the file of the weights is missing', /\.data-/, rm],
      ['the file of the weights is cut off', /\.data-/, (file: string) => truncate(file, 10)],
      ['the index of the weights is missing', /\.index$/, rm],
      ['the index of the weights is cut off', /\.index$/, (file: string) => truncate(file, 10)],
    ] as const;
    for (const [fault, ending, damage] of faults) {
      it(fault, async () => {
        const file = await weights(ending);
        await damage(file);
        const error = await thrownBy(() => compileSavedModel(folder));
        expect(error).to.be.instanceOf(DamagedWeights).and.be.instanceOf(UnsupportedModel);
        expect(error).to.have.property('message').that.includes(path.basename(file));
      });
    }
  });

  it('refuses a model whose main signature is beyond it when no other takes pictures', async () => {
    await writeSavedModel(
      folder,
      added('NobodyKnowsThis', 'odd', 'picture/Softmax', withUnknownOperation(classifier(8))),
    );
    const error = await thrownBy(() => compileSavedModel(folder));
    expect(error).to.be.instanceOf(UnsupportedModel).and.not.be.instanceOf(DamagedWeights);
    expect(error)
      .to.have.property('message')
      .that.matches(/NobodyKnowsThis \(node odd\)/);
  });

  it('leaves that signature out, with the reason, when another takes pictures', async () => {
    await writeSavedModel(
      folder,
      added('NobodyKnowsThis', 'odd', 'picture/Softmax', withUnknownOperation(classifier())),
    );
    const { programs, skipped } = await compileSavedModel(folder);
    expect(programs.map(({ signature }) => signature.name)).to.deep.equal([tensorSignature, 'pictures']);
    expect(skipped.get(pictureSignature)).to.match(/NobodyKnowsThis \(node odd\)/);
  });
});
