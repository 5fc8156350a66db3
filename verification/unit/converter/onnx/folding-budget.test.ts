/** How much a graph may fold: what its weights warrant, and no bomb. */
import { expect } from 'chai';
import { constantOf } from '../../../../converter/onnx/constants.ts';
import { FoldingBudget } from '../../../../converter/onnx/folding-budget.ts';
import { GraphBuilder } from '../../../../converter/onnx/graph-builder.ts';
import { UnsupportedModel } from '../../../../converter/unsupported-model.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const million = 1024 * 1024;

async function isRefused(work: () => unknown, node: string): Promise<void> {
  const error = await thrownBy(work);
  expect(error).to.be.instanceOf(UnsupportedModel).and.have.property('message').that.includes(node);
}

describe('FoldingBudget', () => {
  it('lets a model without weights fold a little, and refuses what adds up to a lot', async () => {
    const budget = new FoldingBudget();
    budget.spend(million, 'small');
    await isRefused(() => {
      for (let count = 0; count < 1000; count += 1) budget.spend(million, 'bomb');
    }, 'bomb');
  });

  it('lets large weights be moved and scaled', () => {
    const budget = new FoldingBudget();
    budget.earn(100 * million);
    for (let times = 0; times < 4; times += 1) budget.spend(100 * million, 'weights');
  });

  it('refuses sizes that are no numbers', async () => {
    for (const size of [-1, NaN, Infinity])
      await isRefused(() => {
        new FoldingBudget().spend(size, 'odd');
      }, 'odd');
  });

  it('is asked before the memory is', async () => {
    const builder = new GraphBuilder();
    builder.origin = 'bomb';
    const one = builder.constant(constantOf('float32', [1], [1]));
    await isRefused(() => builder.emit('Expand', [one, builder.integers([million, million])]), 'bomb');
  });
});
