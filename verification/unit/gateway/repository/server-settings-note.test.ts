/** MLServer's file of its own settings is understood enough to say what to set here. */
import { expect } from 'chai';
import { serverSettingsNote } from '../../../../gateway/repository/server-settings-note.ts';
import { TemporaryFolders, writeFiles } from '../../../support/made-up-model.ts';

describe('a settings.json of MLServer', () => {
  const folders = new TemporaryFolders();
  afterEach(() => folders.remove());

  async function noteOn(content: string | undefined): Promise<string | undefined> {
    const folder = await folders.make();
    if (content !== undefined) await writeFiles(folder, { 'settings.json': Buffer.from(content) });
    return serverSettingsNote(folder);
  }

  it('is answered with the settings that mean the same here', async () => {
    const note = await noteOn('{"debug": true, "http_port": 8080, "grpc_port": "9000", "root_path": ""}');
    expect(note).to.include('is not used. To have the same here, set IC_PORT=8080 GRPC_PORT=9000.');
  });

  it('is named when nothing of it can be set here', async () => {
    expect(await noteOn('{"metrics_port": 8082, "new_in_2030": [1]}')).to.match(/is not used\.$/);
  });

  for (const [what, content] of [
    ['another program’s file', '{"editor.tabSize": 2, "host": "localhost"}'],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no file', undefined],
  ] as const) {
    it(`is not seen in ${what}`, async () => {
      expect(await noteOn(content)).to.equal(undefined);
    });
  }
});
