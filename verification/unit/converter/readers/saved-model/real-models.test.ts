/** Real SavedModels of both TensorFlow generations: values by the SHA-256 that TensorFlow 2.21 gave for them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { readSavedModel } from '../../../../../converter/readers/saved-model/read-saved-model.ts';
import { CheckpointVariables } from '../../../../../converter/readers/saved-model/variables.ts';

const models = path.resolve(process.cwd(), '../shared/data/models');
const isAbsent = !existsSync(models);
const reason = isAbsent ? ' (skipped: ../shared/data/models is not here)' : '';

/** Both models hold the same weights. */
const hashes: Readonly<Record<string, string>> = {
  'conv_1/weights': '7433d993833def2e32e4cb3b7edf63ee6354dda64e6c88f6582a1e3e848613c2',
  'conv_1/biases': '07e2f41088311c1d77ddbab0164fd33ccca4fda6b83636e403ea01f027a1e2b3',
  'conv_59/biases': '90cd7ea746d9314c3a399053261c5b000406fceb7137289e70602d112025bb87',
};

async function hashOf(variables: Pick<CheckpointVariables, 'read'>, name: string): Promise<string> {
  const { elements } = await variables.read(name);
  if (!('buffer' in elements)) throw new Error(`${name} holds strings.`);
  return createHash('sha256').update(new Uint8Array(elements.buffer)).digest('hex');
}

describe(`readSavedModel on real models${reason}`, function () {
  before(function () {
    if (isAbsent) this.skip();
  });

  for (const [model, nodes, functions] of [
    ['mobilenet_edgetpu_tf1', 1035, 0],
    ['mobilenet_edgetpu_tf2', 243, 6],
  ] as const) {
    it(`reads the graph and the variables of ${model}`, async () => {
      const { graph, variables } = await readSavedModel(path.join(models, model, '1'));
      expect(graph.nodes).to.have.length(nodes);
      expect(graph.functions.size).to.equal(functions);
      expect(graph.signatures.get('serving_default')?.inputs).to.deep.include.members([
        {
          name: 'image_bytes',
          reference: graph.nodes.some((node) => node.name === 'input_tensor')
            ? 'input_tensor:0'
            : 'serving_default_image_bytes:0',
          datatype: 'string',
          shape: [null],
        },
      ]);
      for (const [name, hash] of Object.entries(hashes))
        expect(await hashOf(variables, name), name).to.equal(hash);
    });

    it(`finds every variable of ${model} even when nothing says how to restore them`, async () => {
      const folder = path.join(models, model, '1');
      const { graph } = await readSavedModel(folder);
      const blind = new CheckpointVariables(folder, { ...graph, restoreNode: undefined });
      for (const [name, hash] of Object.entries(hashes))
        expect(await hashOf(blind, name), name).to.equal(hash);
    });
  }
});
