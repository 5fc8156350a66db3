/** A whole SavedModel written by the test: graph, signatures, and variables through every way of finding them. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readSavedModel } from '../../../../../converter/readers/saved-model/read-saved-model.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';
import { checkpointFiles, float32Bytes, storedString } from './checkpoint-files.ts';

type Write = (writer: ProtobufWriter) => unknown;

function entry(writer: ProtobufWriter, field: number, key: string, write: Write): void {
  writer.message(field, (pair) => pair.string(1, key).message(2, write));
}

function variable(name: string, size: number): Write {
  return (node) => {
    node.string(1, name).string(2, 'VariableV2');
    entry(node, 5, 'dtype', (value) => value.varint(6, 1));
    entry(node, 5, 'shape', (value) =>
      value.message(7, (shape) => shape.message(2, (axis) => axis.varint(1, size))),
    );
    entry(node, 5, 'shared_name', (value) => value.string(2, `${name}/shared`));
  };
}

const resultFunction: Write = (definition) => {
  definition.message(1, (signature) => {
    signature.string(1, 'double').message(2, (argument) => argument.string(1, 'x'));
    signature.message(3, (result) => result.string(1, 'y'));
  });
  definition.message(3, (node) => node.string(1, 'sum').string(2, 'AddV2').strings(3, ['x', 'x']));
  definition.message(4, (pair) => pair.string(1, 'y').string(2, 'sum:z:0'));
};

const metaGraph =
  (...tags: readonly string[]): Write =>
  (graph) => {
    graph.message(1, (facts) => facts.strings(4, tags).string(5, '9.8.7'));
    graph.message(2, (definition) => {
      for (const [name, size] of [
        ['named', 1],
        ['by name', 1],
        ['tracked', 2],
        ['misfit', 3],
        ['absent', 1],
      ] as const) {
        definition.message(1, variable(name, size));
      }
      definition.message(2, (library) => library.message(1, resultFunction));
    });
    entry(graph, 5, 'serving_default', (signature) => {
      entry(signature, 1, 'x', (tensor) =>
        tensor
          .string(1, 'input:0')
          .varint(2, 1)
          .message(3, (shape) => shape.message(2, (axis) => axis.varint(1, -1))),
      );
      entry(signature, 2, 'y', (tensor) =>
        tensor
          .string(1, 'output:2')
          .varint(2, 9)
          .message(3, (s) => s.boolean(3, true)),
      );
      signature.string(3, 'tensorflow/serving/predict');
    });
  };

const savedModel = (...graphs: readonly Write[]) => {
  const writer = new ProtobufWriter().varint(1, 1);
  for (const graph of graphs) writer.message(2, graph);
  return writer.finish();
};

async function refusal(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(UnsupportedModel);
  return outcome instanceof UnsupportedModel ? outcome.message : '';
}

describe('readSavedModel', () => {
  let folder = '';
  const writeGraph = (bytes: Uint8Array) => writeFile(path.join(folder, 'saved_model.pb'), bytes);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'saved-model-'));
    await writeGraph(savedModel(metaGraph('train'), metaGraph('serve')));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('reads nodes, functions and signatures of the graph tagged serve', async () => {
    const { graph } = await readSavedModel(folder);
    expect(graph.producer).to.equal('9.8.7');
    expect(graph.restoreNode).to.equal(undefined);
    expect(graph.nodes.map((node) => node.name)).to.deep.equal([
      'named',
      'by name',
      'tracked',
      'misfit',
      'absent',
    ]);
    expect(graph.nodes[2]?.attributes.get('shape')).to.deep.equal({ kind: 'shape', value: [2] });
    expect(graph.functions.get('double')).to.deep.include({ argumentNames: ['x'], resultNames: ['y'] });
    expect(graph.functions.get('double')?.results.get('y')).to.equal('sum:z:0');
    expect(graph.functions.get('double')?.nodes[0]?.inputs).to.deep.equal(['x', 'x']);
    expect(graph.signatures.get('serving_default')).to.deep.equal({
      name: 'serving_default',
      methodName: 'tensorflow/serving/predict',
      inputs: [{ name: 'x', reference: 'input:0', datatype: 'float32', shape: [null] }],
      outputs: [{ name: 'y', reference: 'output:2', datatype: 'int64', shape: undefined }],
    });
  });

  it('finds variables without a restore node by name, shared name and the checkpoint’s object graph', async () => {
    const objectGraph = new ProtobufWriter()
      .message(1, (node) => node.message(2, (part) => part.string(2, 'tracked').string(3, 'layer/value')))
      .finish();
    const files = checkpointFiles({
      named: { datatype: 1, shape: [1], bytes: float32Bytes(1) },
      'by name/shared': { datatype: 1, shape: [1], bytes: float32Bytes(2) },
      'layer/value': { datatype: 1, shape: [2], bytes: float32Bytes(3, 4) },
      misfit: { datatype: 1, shape: [2], bytes: float32Bytes(5, 6) },
      _CHECKPOINTABLE_OBJECT_GRAPH: storedString(objectGraph),
    });
    await mkdir(path.join(folder, 'variables'));
    for (const [name, bytes] of files) await writeFile(path.join(folder, 'variables', name), bytes);

    const { variables } = await readSavedModel(folder);
    expect((await variables.read('named')).elements).to.deep.equal(Float32Array.of(1));
    expect((await variables.read('by name')).elements).to.deep.equal(Float32Array.of(2));
    expect((await variables.read('tracked')).elements).to.deep.equal(Float32Array.of(3, 4));
    expect(await refusal(variables.read('misfit')))
      .to.contain('misfit does not fit its value')
      .and.contain('[2]');
    expect(await refusal(variables.read('absent'))).to.contain('Variable absent has no value');
    expect(await refusal(variables.read('stranger'))).to.contain('no variable stranger');
  });

  it('opens a model without variables, and says so only when one is asked for', async () => {
    const { variables } = await readSavedModel(folder);
    expect(await refusal(variables.read('named'))).to.contain('variables/variables.index is missing');
  });

  it('prefers the graph tagged serve alone, and says which tags it found otherwise', async () => {
    await writeGraph(savedModel(metaGraph('serve', 'tpu')));
    expect((await readSavedModel(folder)).graph.nodes).to.have.length(5);
    await writeGraph(savedModel(metaGraph('train'), metaGraph('eval', 'gpu')));
    expect(await refusal(readSavedModel(folder))).to.contain('[train], [eval, gpu]');
  });

  it('says that the file is missing, without its place on the machine', async () => {
    await rm(path.join(folder, 'saved_model.pb'));
    expect(await refusal(readSavedModel(folder)))
      .to.contain('saved_model.pb is missing')
      .and.not.contain(folder);
  });

  it('refuses a file cut off anywhere', async () => {
    const bytes = savedModel(metaGraph('serve'));
    for (let length = 0; length < bytes.length; length += 1) {
      await writeGraph(bytes.subarray(0, length));
      expect(await refusal(readSavedModel(folder)), `${length} bytes`).to.contain('saved_model.pb');
    }
  });

  it('names the node whose attribute is damaged', async () => {
    const damaged: Write = (graph) =>
      graph
        .message(1, (facts) => facts.string(4, 'serve'))
        .message(2, (definition) =>
          definition.message(1, (node) => {
            node.string(1, 'weights').string(2, 'Const');
            entry(node, 5, 'value', (value) =>
              value.message(8, (tensor) => tensor.varint(1, 1).string(4, 'abc')),
            );
          }),
        );
    await writeGraph(savedModel(damaged));
    expect(await refusal(readSavedModel(folder))).to.contain('Node weights');
  });
});
