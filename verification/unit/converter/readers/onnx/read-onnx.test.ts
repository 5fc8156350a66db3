/** The ONNX reader gives back what was written, and refuses what it cannot hold. */
import { expect } from 'chai';
import { lowerModelGraph } from '../../../../../converter/lower-model-graph.ts';
import { buildNetwork } from '../../../../../converter/architectures/build-network.ts';
import { classifierGraph } from '../../../../../converter/network/classifier-graph.ts';
import { constantOf } from '../../../../../converter/onnx/constants.ts';
import { readOnnx } from '../../../../../converter/readers/onnx/read-onnx.ts';
import { UnsupportedModel } from '../../../../../converter/unsupported-model.ts';
import { ProtobufWriter } from '../../../../../gateway/protobuf/protobuf-writer.ts';
import { writeOnnx } from '../../../../../converter/writers/onnx.ts';
import { openSession, runSession } from '../../../../fidelity/operations/onnx-run.ts';
import { floats, tinyCheckpoint } from '../../architectures/tiny-checkpoint.ts';

/** A whole network: convolutions, pooling, a matrix product, integers and floats as attributes and constants. */
function networkBytes(): Uint8Array {
  const { architecture, network } = buildNetwork(tinyCheckpoint());
  const graph = classifierGraph(network, { recipe: architecture.recipe, hasBackgroundClass: true });
  return writeOnnx(lowerModelGraph(graph), 'network');
}

/** A model around the parts of a graph that `write` adds. */
function modelOf(write: (graph: ProtobufWriter) => void): Uint8Array {
  return new ProtobufWriter()
    .varint(1, 9)
    .string(2, 'somebody')
    .string(3, '1.2')
    .message(7, write)
    .message(8, (set) => set.string(1, 'com.example').varint(2, 3))
    .message(8, (set) => set.varint(2, 17))
    .finish();
}

/** An initialiser of TensorProto's fields. */
const initialiser =
  (name: string, code: number, shape: readonly number[], write: (tensor: ProtobufWriter) => void) =>
  (graph: ProtobufWriter): void => {
    graph.message(5, (tensor) => {
      for (const size of shape) tensor.varint(1, size);
      tensor.varint(2, code).string(8, name);
      write(tensor);
    });
  };

function refusal(bytes: Uint8Array): string {
  try {
    readOnnx(bytes);
  } catch (error) {
    if (error instanceof UnsupportedModel) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the ONNX reader', function () {
  this.timeout(20_000);

  it('gives a graph that answers the same when it is written again, and no longer changes by it', async () => {
    const bytes = networkBytes();
    const { graph, producer, operatorSet, lost } = readOnnx(bytes);
    expect({ producer, operatorSet, lost }).to.deep.equal({ producer: 'fovea', operatorSet: 18, lost: [] });
    const again = writeOnnx(graph, 'network');
    const third = writeOnnx(readOnnx(again).graph, 'network');
    expect(Buffer.from(third).equals(Buffer.from(again))).to.equal(true);
    const inputs = new Map([['images', floats([2, 32, 32, 3], Math.sin)]]);
    const answers = await Promise.all(
      [bytes, again].map(async (file) => {
        const session = await openSession(file);
        const answer = await runSession(session, inputs);
        await session.release();
        return answer;
      }),
    );
    expect(answers[1]).to.deep.equal(answers[0]);
    expect(answers[0]?.get('probabilities')?.shape).to.deep.equal([2, 4]);
  });

  it('says what comes in and goes out', () => {
    const { graph } = readOnnx(networkBytes());
    expect(graph.inputs).to.deep.equal([
      { name: 'images', type: { datatype: 'float32', shape: [null, 32, 32, 3] } },
    ]);
    expect(graph.outputs.map(({ name }) => name)).to.deep.equal(['classes', 'probabilities']);
    expect(graph.types.get('probabilities')).to.deep.equal({ datatype: 'float32', shape: [null, 4] });
  });

  it('reads numbers that are kept one by one', () => {
    const { graph, operatorSet, producer } = readOnnx(
      modelOf((message) => {
        initialiser('floats', 1, [2], (tensor) => tensor.float(4, 0.5).float(4, -2))(message);
        initialiser('bytes', 2, [2], (tensor) => tensor.varint(5, 7).varint(5, 255))(message);
        initialiser('longs', 7, [1], (tensor) => tensor.varint(7, -1))(message);
        initialiser('nothing', 7, [0], () => undefined)(message);
      }),
    );
    expect(graph.constants.get('floats')).to.deep.equal(constantOf('float32', [2], [0.5, -2]));
    expect(graph.constants.get('bytes')).to.deep.equal(constantOf('uint8', [2], [7, 255]));
    expect(graph.constants.get('longs')).to.deep.equal(constantOf('int64', [1], [-1]));
    expect(graph.constants.get('nothing')?.elements.length).to.equal(0);
    expect({ operatorSet, producer }).to.deep.equal({ operatorSet: 17, producer: 'somebody 1.2' });
  });

  it('takes constants that are written as nodes for constants', () => {
    const { graph, lost } = readOnnx(
      modelOf((message) => {
        message.message(1, (node) => {
          node.string(2, 'axes').string(4, 'Constant');
          node.message(5, (attribute) =>
            attribute.string(1, 'value_ints').varint(8, 1).varint(8, -1).varint(20, 7),
          );
        });
      }),
    );
    expect(graph.constants.get('axes')).to.deep.equal(constantOf('int64', [2], [1, -1]));
    expect(graph.nodes).to.deep.equal([]);
    expect(lost).to.deep.equal([]);
  });

  it('says what it does not hold', () => {
    const { graph, lost } = readOnnx(
      modelOf((message) => {
        message.message(1, (node) => {
          node.string(1, 'x').string(2, 'y').string(4, 'If').string(7, 'com.example');
          node.message(5, (attribute) => attribute.string(1, 'then_branch').varint(20, 5));
        });
      }),
    );
    expect(graph.nodes.map(({ operator }) => operator)).to.deep.equal(['com.example.If']);
    expect(lost).to.deep.equal(['then_branch of com.example.If']);
  });

  const refused: readonly (readonly [string, (message: ProtobufWriter) => void, RegExp])[] = [
    [
      'weights in another file',
      initialiser('w', 1, [9], (tensor) => tensor.varint(14, 1)),
      /The tensor w keeps its values in another file/,
    ],
    [
      'a tensor shorter than its shape',
      initialiser('w', 1, [3], (tensor) => tensor.bytes(9, new Uint8Array(8))),
      /holds 2 values where its shape says 3/,
    ],
    [
      'a shape beyond all memory',
      initialiser('w', 1, [2 ** 40, 2 ** 40], () => undefined),
      /impossible shape/,
    ],
    ['a negative size', initialiser('w', 1, [-1, -1], (tensor) => tensor.float(4, 1)), /impossible shape/],
    ['a datatype nobody holds', initialiser('w', 16, [1], () => undefined), /ONNX datatype 16/],
    [
      'an input that is no tensor',
      (message) =>
        message.message(11, (value) =>
          value.string(1, 'list').message(2, (type) => type.message(4, () => undefined)),
        ),
      /The input list/,
    ],
  ];
  for (const [what, write, sentence] of refused) {
    it(`refuses ${what}`, () => {
      expect(refusal(modelOf(write))).to.match(sentence);
    });
  }

  it('refuses a file without a graph, and every file that is cut off in the middle', () => {
    expect(refusal(new Uint8Array(0))).to.match(/no graph/);
    const bytes = networkBytes();
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      expect(refusal(bytes.subarray(0, Math.floor(bytes.length * share)))).to.match(/damaged/);
    }
  });
});
