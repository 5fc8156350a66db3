/** Workers and threads for machines of every size. */
import { expect } from 'chai';
import { workerLayout } from '../../../../../gateway/engines/onnx/worker-layout.ts';

describe('workerLayout', () => {
  it('gives one CPU one worker', () => {
    expect(workerLayout({ cpus: 1 })).to.deep.equal({ narrow: [1] });
  });

  it('adds a wide worker for lone clients as soon as there are two CPUs', () => {
    expect(workerLayout({ cpus: 2 })).to.deep.equal({ narrow: [1, 1], wide: 2 });
    expect(workerLayout({ cpus: 6 })).to.deep.equal({ narrow: [1, 1, 1, 1, 1, 1], wide: 6 });
  });

  it('gives the workers of large machines several threads instead of growing in number', () => {
    const { narrow, wide } = workerLayout({ cpus: 20 });
    expect(narrow).to.deep.equal([2, 2, 2, 2, 2, 2, 2, 2]);
    expect(wide).to.equal(20);
  });

  it('takes wishes to the letter and adds nothing', () => {
    expect(workerLayout({ cpus: 8, workers: 3, threadsPerWorker: 2 })).to.deep.equal({ narrow: [2, 2, 2] });
    expect(workerLayout({ cpus: 8, workers: 2 })).to.deep.equal({ narrow: [4, 4] });
    expect(workerLayout({ cpus: 2, workers: 4 })).to.deep.equal({ narrow: [1, 1, 1, 1] });
    expect(workerLayout({ cpus: 8, threadsPerWorker: 4 })).to.deep.equal({ narrow: [4, 4] });
    expect(workerLayout({ cpus: 2, threadsPerWorker: 4 })).to.deep.equal({ narrow: [4] });
  });
});
