/** What the SavedModel writer writes is what the reader reads, whole or not at all. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { buildNetwork } from '../../../../../converter/architectures/build-network.ts';
import { classifierGraph } from '../../../../../converter/network/classifier-graph.ts';
import type { ModelGraph } from '../../../../../converter/network/model-graph.ts';
import { readSavedModel } from '../../../../../converter/readers/saved-model/read-saved-model.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { writeSavedModel } from '../../../../../converter/writers/saved-model/write-saved-model.ts';
import { floats, tinyCheckpoint } from '../../architectures/tiny-checkpoint.ts';

const { architecture, network } = buildNetwork(tinyCheckpoint());
const graph = classifierGraph(network, { recipe: architecture.recipe, hasBackgroundClass: true });

let work = '';

async function refusal(action: Promise<unknown>): Promise<unknown> {
  return action.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the SavedModel writer', () => {
  beforeEach(async () => {
    work = await mkdtemp(path.join(tmpdir(), 'fovea-writer-'));
  });

  afterEach(async () => {
    await rm(work, { recursive: true, force: true });
  });

  it('writes nodes, attributes and functions as they are', async () => {
    const folder = path.join(work, 'model', '1');
    await writeSavedModel(folder, graph);
    const { graph: read } = await readSavedModel(folder);
    const nodes = new Map(read.nodes.map((node) => [node.name, node]));
    for (const node of graph.nodes) expect(nodes.get(node.name), node.name).to.deep.equal(node);
    for (const { name, nodes: body, results } of graph.functions) {
      expect(read.functions.get(name)?.nodes, name).to.deep.equal(body);
      expect([...(read.functions.get(name)?.results.values() ?? [])]).to.deep.equal(
        results.map(({ reference }) => reference),
      );
    }
  });

  it('writes the signatures', async () => {
    const folder = path.join(work, '1');
    await writeSavedModel(folder, graph);
    const { signatures } = (await readSavedModel(folder)).graph;
    expect([...signatures.values()]).to.deep.equal(graph.signatures);
  });

  it('writes every variable, found again through the restoring nodes', async () => {
    const folder = path.join(work, '1');
    await writeSavedModel(folder, graph);
    const { variables } = await readSavedModel(folder);
    expect(graph.variables.size).to.equal(20);
    for (const [name, tensor] of graph.variables) expect(await variables.read(name)).to.deep.equal(tensor);
  });

  it('writes more variables than one stretch of the index holds, sorted by their bytes', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `parameters/é${index * 7}/kernel`);
    const many: ModelGraph = {
      nodes: names.map((name) => ({
        name,
        operation: 'VarHandleOp',
        inputs: [],
        attributes: new Map([['dtype', { kind: 'type', value: 'float32' }]]),
      })),
      functions: [],
      signatures: [],
      variables: new Map(names.map((name, index) => [name, floats([2], (at) => index + at / 2)])),
    };
    await writeSavedModel(path.join(work, '1'), many);
    const { variables } = await readSavedModel(path.join(work, '1'));
    for (const [index, name] of names.entries()) {
      expect(await variables.read(name)).to.deep.equal(floats([2], (at) => index + at / 2));
    }
  });

  it('writes equal bytes for equal models', async () => {
    const files = ['saved_model.pb', 'variables/variables.index', 'variables/variables.data-00000-of-00001'];
    await writeSavedModel(path.join(work, '1'), graph);
    const again = buildNetwork(tinyCheckpoint()).network;
    const options = { recipe: architecture.recipe, hasBackgroundClass: true };
    await writeSavedModel(path.join(work, '2'), classifierGraph(again, options));
    for (const file of files) {
      const [one, another] = await Promise.all(
        ['1', '2'].map((folder) => readFile(path.join(work, folder, file))),
      );
      expect(one?.equals(another ?? Buffer.alloc(0)), file).to.be.true;
    }
  });

  it('leaves a folder alone that is there already', async () => {
    const folder = path.join(work, '1');
    await mkdir(folder);
    await writeFile(path.join(folder, 'mine'), 'precious');
    const error = await refusal(writeSavedModel(folder, graph));
    expect(error).to.be.instanceOf(UnsupportedModel);
    expect(String(error)).to.match(/there already/);
    expect(await readdir(work)).to.deep.equal(['1']);
    expect(await readdir(folder)).to.deep.equal(['mine']);
  });

  it('leaves nothing behind when the graph cannot be written', async () => {
    const attributes = new Map([['strange', { kind: 'other' } as const]]);
    const broken: ModelGraph = {
      ...graph,
      nodes: [...graph.nodes, { name: 'odd', operation: 'Odd', inputs: [], attributes }],
    };
    expect(await refusal(writeSavedModel(path.join(work, '1'), broken))).to.be.instanceOf(RangeError);
    expect(await readdir(work)).to.deep.equal([]);
  });
});
