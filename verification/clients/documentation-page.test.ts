/** The documentation in a real browser, which enforces its policy: it shows, and trying out sends a picture. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { fakeJpeg, FakeEngine } from '../support/fake-engine.ts';
import { startDocumentedServer, type DocumentedServer } from '../support/documented-server.ts';
import { Browser, findBrowser } from './browser.ts';

const prefix = '/system/services/fovea/exposed';
const program = await findBrowser();
const suffix = program === undefined ? ' (skipped: no chromium or google-chrome on the PATH)' : '';

describe(`the documentation in Chromium${suffix}`, function () {
  this.timeout(60_000);
  let running: DocumentedServer;
  let browser: Browser;
  let folder: string;

  before(async function () {
    if (program === undefined) this.skip();
    folder = await mkdtemp(path.join(tmpdir(), 'fovea-browser-'));
    running = await startDocumentedServer({ environment: { ROOT_PATH: prefix }, engine: new FakeEngine() });
    browser = new Browser(program, folder);
  });
  after(async () => {
    if (program === undefined) return;
    await browser.close();
    await running.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const outer of ['', prefix]) {
    it(`classifies a picture that is chosen on the page at ${outer}/docs`, async () => {
      const picture = path.join(folder, 'cat.jpg');
      await writeFile(picture, fakeJpeg(286));
      await browser.open(`${running.url}${outer}/docs`);
      const operation = '#operations-Classify-classify';
      await browser.click(`${operation} .opblock-summary-control`);
      await browser.chooseFile(`${operation} input[type=file]`, picture);
      await browser.click(`${operation} button.execute`);
      const answer = `document.querySelector('${operation} .live-responses-table .response-col_description code')`;
      const text = String(await browser.until(`${answer}?.textContent`));
      expect(JSON.parse(text)).to.deep.equal({ classes: 286 });
      expect(browser.requests.at(-1)).to.match(new RegExp(`^${running.url}${outer}/classify/\\w+$`));
    });
  }

  it('shows the page of one model', async () => {
    await browser.open(`${running.url}${prefix}/v2/models/tiny/docs`);
    await browser.until(`document.querySelector('[data-path="/v2/models/tiny/infer"]') !== null`);
  });

  it('has asked nobody else for anything, and nothing was refused', () => {
    expect(
      browser.requests.filter((url) => !/^(data:|about:)/.test(url) && !url.startsWith(running.url)),
    ).to.deep.equal([]);
    expect(browser.requests).to.have.length.above(10);
    expect(browser.faults).to.deep.equal([]);
  });

  it('does not run a script that has got into the page', async () => {
    await browser.until(
      `document.body.append(Object.assign(document.createElement('script'), { text: 'intruded = 1' })), true`,
    );
    expect(await browser.until('typeof intruded')).to.equal('undefined');
    expect(browser.faults.join()).to.match(/inline script .*Content Security Policy/);
  });
});
