/** The answer to a gRPC call, put together from what comes in. */
import { expect } from 'chai';
import { UnaryAnswer } from '../../../../../gateway/engines/tensorflow-serving/unary-answer.ts';
import { SpareBuffers } from '../../../../../gateway/spare-buffers.ts';
import { collectGarbage } from '../../../../support/collect-garbage.ts';
import { framed } from '../../../../support/raw-grpc-backend.ts';

function begun(answer: UnaryAnswer): UnaryAnswer {
  answer.takeHeaders(new Map([[':status', '200']]));
  return answer;
}

describe('the answer to a gRPC call', () => {
  it('is refused as soon as more has come than it may have, whatever it announces', () => {
    const answer = begun(new UnaryAnswer(10, new SpareBuffers()));
    answer.take(framed(Buffer.of(1)));
    answer.take(Buffer.alloc(9));
    expect(() => {
      answer.take(Buffer.alloc(1));
    }).to.throw('longer than 10 bytes');
  });

  it('takes memory for its bytes, not for the pieces in which they come', () => {
    const pieces = 300_000;
    const answer = begun(new UnaryAnswer(pieces, new SpareBuffers()));
    const message = Buffer.from(Uint8Array.from({ length: pieces }, (_, k) => k % 251));
    answer.take(framed(message).subarray(0, 5));
    const used = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const before = used();
    for (let at = 0; at < pieces; at += 1) answer.take(message.subarray(at, at + 1));
    expect(used() - before).to.be.lessThan(10_000_000);
    answer.takeHeaders(new Map([['grpc-status', '0']]));
    expect(answer.message().equals(message)).to.equal(true);
  });

  it('may have as many bytes as it may have', () => {
    const answer = begun(new UnaryAnswer(10, new SpareBuffers()));
    const message = Buffer.alloc(10, 7);
    answer.take(framed(message));
    answer.takeHeaders(new Map([['grpc-status', '0']]));
    expect(answer.message()).to.deep.equal(message);
  });
});
