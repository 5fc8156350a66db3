/** The hand-written ResNet-50 against the layers of the paper, and against ONNX Runtime. */
import '../../../../gateway/engines/onnx/without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'chai';
import { noise } from '../../../../benchmarks/graphs/noise.ts';
import { plainResnet50 } from '../../../../benchmarks/graphs/plain-resnet50.ts';

describe('plain ResNet-50', () => {
  const file = plainResnet50();

  it('has the weights of the network: 25.6 million, as the official checkpoint', () => {
    expect(file.byteLength / 4 / 1e6).to.be.within(25.5, 25.8);
  });

  it('has 53 convolutions and 49 normalisations', () => {
    const text = Buffer.from(file).toString('latin1');
    expect(text.split('\u0022\u0004Conv').length - 1).to.equal(53);
    expect(text.split('BatchNormalization').length - 1).to.equal(49);
  });

  it('classifies: probabilities that sum to one, and the class of the highest', async function () {
    this.timeout(60_000);
    const session = await InferenceSession.create(file);
    const prepared = new Tensor('float32', noise(3 * 224 * 224), [1, 3, 224, 224]);
    const { probabilities, classes } = await session.run({ prepared });
    await session.release();
    const scores = probabilities?.data;
    if (!(scores instanceof Float32Array)) throw new Error('there are no probabilities');
    expect(probabilities?.dims).to.deep.equal([1, 1001]);
    expect(scores.reduce((sum, score) => sum + score, 0)).to.be.closeTo(1, 1e-3);
    expect(Number(classes?.data[0])).to.equal(scores.indexOf(Math.max(...scores)));
  });
});
