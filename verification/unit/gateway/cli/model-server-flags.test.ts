/** Holds the flags that the code takes and those of their page in step. */
import { expect } from 'chai';
import { modelServerFlags, modelServerHelp } from '../../../../gateway/cli/model-server-flags.ts';
import { readDocument, tableRows } from '../../../house/document.ts';

describe('the flags of tensorflow_model_server', () => {
  it('are on their page as they are in the code, and no other', () => {
    const remarks = { obeyed: '', ignored: 'no effect: ', refused: 'refused: ' };
    expect(tableRows(readDocument('docs/tensorflow-serving.md'), 'Flag')).to.deep.equal(
      modelServerFlags.map(({ name, use, help }) => [`--${name}`, remarks[use] + help]),
    );
  });

  it('are in the help, each with a line about it', () => {
    const help = modelServerHelp();
    for (const { name, help: line } of modelServerFlags)
      expect(help).to.include(`--${name}`).and.include(line);
  });
});
