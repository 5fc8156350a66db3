/** The answer to a gRPC call, put together from what comes in. */
import { expect } from 'chai';
import { UnaryAnswer } from '../../../../../gateway/engines/tensorflow-serving/unary-answer.ts';
import { framed } from '../../../../support/raw-grpc-backend.ts';

describe('the answer to a gRPC call', () => {
  it('is refused as soon as more has come than it may have, whatever it announces', () => {
    const answer = new UnaryAnswer(10);
    answer.take(framed(Buffer.of(1)));
    answer.take(Buffer.alloc(9));
    expect(() => {
      answer.take(Buffer.alloc(1));
    }).to.throw('longer than 10 bytes');
  });

  it('may have as many bytes as it may have', () => {
    const answer = new UnaryAnswer(10);
    const message = Buffer.alloc(10, 7);
    answer.take(framed(message));
    answer.trailers = { 'grpc-status': '0' };
    expect(answer.message()).to.deep.equal(message);
  });
});
