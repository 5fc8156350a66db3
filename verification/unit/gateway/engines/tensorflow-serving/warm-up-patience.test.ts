/** How long a warm-up may take, from one attempt to the next. */
import { expect } from 'chai';
import { WarmUpPatience } from '../../../../../gateway/engines/tensorflow-serving/warm-up-patience.ts';

describe('the patience with a warm-up', () => {
  it('is a few seconds at first', () => {
    expect(new WarmUpPatience().of('tiny/3')).to.equal(5000);
  });

  it('doubles with each time it was too short, for that version alone', () => {
    const patience = new WarmUpPatience(100);
    const had = Array.from({ length: 4 }, () => {
      const milliseconds = patience.of('tiny/3');
      patience.wasTooShort('tiny/3', milliseconds);
      return milliseconds;
    });
    expect(had).to.deep.equal([100, 200, 400, 800]);
    expect(patience.of('tiny/4')).to.equal(100);
  });

  it('doubles once where several backends need longer at the same time', () => {
    const patience = new WarmUpPatience(100);
    for (let backend = 0; backend < 3; backend += 1) patience.wasTooShort('tiny/3', 100);
    expect(patience.of('tiny/3')).to.equal(200);
  });

  it('is as at first once the version has answered', () => {
    const patience = new WarmUpPatience(100);
    patience.wasTooShort('tiny/3', 100);
    patience.wasEnough('tiny/3');
    expect(patience.of('tiny/3')).to.equal(100);
  });
});
