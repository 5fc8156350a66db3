/** SavedModels that a person put almost where they belong: each gets a sentence that says what to move. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { surveyModels } from '../../../../gateway/repository/model-folder.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

const graph = Buffer.from('graph');

describe('a SavedModel where none is looked for', () => {
  const folders = new TemporaryFolders();
  let directory = '';
  beforeEach(async () => {
    directory = await folders.make();
  });
  afterEach(() => folders.remove());

  for (const name of ['my model', 'käse', 'a+b']) {
    it(`is named when its name is ${name}`, async () => {
      await writeFiles(directory, { [`${name}/1/saved_model.pb`]: graph, 'good/1/saved_model.pb': graph });
      const { models, faults } = await surveyModels([directory]);
      expect(models.map((model) => model.name)).to.deep.equal(['good']);
      expect(faults).to.deep.equal([
        `The folder ${path.join(directory, name)} is not served; name it with letters, digits, ".", "_" and "-" only.`,
      ]);
    });
  }

  it('is named when it has no folder for its version', async () => {
    await writeFiles(directory, { 'flowers/saved_model.pb': graph, 'flowers/variables/x': graph });
    expect((await surveyModels([directory])).faults.join()).to.match(
      /flowers is not served; its saved_model\.pb belongs .* such as flowers\/1\.$/,
    );
  });

  it('is named when the setting points into it', async () => {
    await writeFiles(directory, { 'flowers/1/saved_model.pb': graph });
    for (const inside of ['flowers', 'flowers/1']) {
      const { faults } = await surveyModels([path.join(directory, inside)]);
      expect(faults).to.have.length(1);
      expect(faults[0], inside).to.include(`set MODELS_DIR to ${directory}.`);
    }
  });

  it('is nothing that other folders and files are taken for', async () => {
    await mkdir(path.join(directory, 'an empty one'));
    await writeFiles(directory, {
      'read me.txt': graph,
      'old papers/1/notes': graph,
      '.kept away/1/saved_model.pb': graph,
      'both/saved_model.pb': graph,
      'both/2/saved_model.pb': graph,
      '7/notes': graph,
    });
    const { models, faults } = await surveyModels([directory]);
    expect(faults).to.deep.equal([]);
    expect(models.map((model) => model.name)).to.deep.equal(['both']);
  });
});
