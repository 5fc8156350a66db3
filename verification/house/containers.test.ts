/** Holds the container files: what they may need, how they start, and which variables they read. */
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { allSettings } from '../../gateway/settings.ts';
import { environmentExample } from '../../gateway/configuration-text.ts';
import { readDocument } from './document.ts';

const baseImage = 'node:20-bookworm-slim';
const dockerfiles = ['Dockerfile-IC', 'Dockerfile-TF'];
const composeFiles = ['docker-compose.yml', 'docker-compose-gpu.yml', 'docker-compose-test.yml'];
const containerFiles = [
  ...dockerfiles,
  ...composeFiles,
  'docker_run.sh',
  ...fs.readdirSync('tf-serving').map((name) => `tf-serving/${name}`),
];

/** Instructions with their continued lines joined, comments left out. */
function instructionsOf(file: string): readonly (readonly [word: string, rest: string])[] {
  const text = readDocument(file)
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ');
  return Array.from(text.matchAll(/^([A-Z]+) +(.*)$/gm), ([, word = '', rest = '']) => [word, rest]);
}

function those(file: string, word: string): readonly string[] {
  return instructionsOf(file).flatMap(([name, rest]) => (name === word ? [rest] : []));
}

for (const file of dockerfiles)
  describe(file, () => {
    it('is made of its base image and its own stages, and asks no registry how to read it', () => {
      expect(readDocument(file)).not.to.match(/^#\s*syntax\s*=/im);
      const stages = those(file, 'FROM').map((rest) => / AS (\S+)$/.exec(rest)?.[1]);
      const allowed = [baseImage, '${TF_SERVING_IMAGE}', ...stages];
      const used = those(file, 'FROM').map((rest) => rest.split(' ')[0]);
      const copied = those(file, 'COPY').flatMap((rest) => /--from=(\S+)/.exec(rest)?.[1] ?? []);
      expect([...used, ...copied].filter((name) => !allowed.includes(name))).to.deep.equal([]);
    });

    it('downloads by npm alone', () => {
      expect(
        those(file, 'RUN').filter((rest) => /\b(apt|apt-get|curl|wget|git|pip)\b/.test(rest)),
      ).to.deep.equal([]);
    });

    it('starts without a shell in between, checks its health so, and is not root at the end', () => {
      for (const word of ['ENTRYPOINT', 'CMD'])
        for (const rest of those(file, word)) expect(JSON.parse(rest)).to.be.an('array');
      for (const rest of those(file, 'HEALTHCHECK'))
        expect(JSON.parse(rest.slice(rest.indexOf('CMD ') + 4))).to.be.an('array');
      expect(those(file, 'HEALTHCHECK')).to.have.length(1);
      expect(those(file, 'USER').at(-1)).to.be.oneOf(['node', '1000:1000']);
    });
  });

describe('the container files', () => {
  it('name no registry and no proxy: that is the machine’s matter', () => {
    const hosts = /https?:\/\/(?!img-class:|tf-serving:|localhost|127\.|%s)|\b[\w-]+\.(io|com|org)\//;
    const named = containerFiles.flatMap((file) =>
      readDocument(file)
        .split('\n')
        .flatMap((line, index) => (hosts.test(line) ? [`${file}:${index + 1}`] : [])),
    );
    expect(named).to.deep.equal([]);
  });

  it('start Node.js as package.json does', () => {
    const { scripts } = JSON.parse(readDocument('package.json')) as {
      readonly scripts: { readonly start: string };
    };
    const variables = scripts.start.match(/MALLOC_\w+=\d+/g) ?? [];
    const options = scripts.start.match(/--[a-z-]+=\d+/g) ?? [];
    expect(variables).to.have.length(2);
    expect(options).to.have.length(2);
    expect(readDocument('Dockerfile-IC')).to.contain(variables.join(' '));
    expect(readDocument('Dockerfile-IC')).to.contain(
      `["node", ${options.map((option) => `"${option}"`).join(', ')}, `,
    );
    expect(readDocument('tf-serving/start.sh')).to.contain(`exec node ${options.join(' ')} `);
  });

  it('let nothing into an image that is not asked for', () => {
    for (const file of ['.dockerignore', 'Dockerfile-TF.dockerignore'])
      expect(
        readDocument(file)
          .split('\n')
          .find((line) => !line.startsWith('#')),
      ).to.equal('*');
  });

  it('read variables that .env.example explains, and it explains no other', () => {
    const example = readDocument('.env.example');
    const own = example.slice(environmentExample().length);
    const explained = Array.from(own.matchAll(/^#([A-Z_]+)=/gm), ([, name = '']) => name);
    const settings = allSettings.map(({ variable }) => variable);
    const read = composeFiles
      .filter((file) => file !== 'docker-compose-test.yml')
      .flatMap((file) => Array.from(readDocument(file).matchAll(/\$\{(\w+)/g), ([, name = '']) => name));
    expect(read).to.include('IC_PORT');
    expect([...new Set(read)].filter((name) => !settings.includes(name)).sort()).to.deep.equal(
      [...explained].sort(),
    );
  });

  it('let the environment set in the gateway whatever means something there', () => {
    const [, gateway = ''] =
      /^ {2}img-class:\n(.*?)^ {2}tf-serving:/ms.exec(readDocument('docker-compose.yml')) ?? [];
    const passed = Array.from(gateway.matchAll(/^ {6}([A-Z_]+):/gm), ([, name = '']) => name);
    // They say what is loaded from a disk, which the gateway does not.
    const meaningless = ['MODEL_VERSIONS', 'MODEL_CONTROL', 'MODEL_MIRROR', 'FOVEA_PULL'];
    const settings = allSettings.map(({ variable }) => variable);
    expect([...passed, ...meaningless].sort()).to.deep.equal([...settings].sort());
  });

  const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
  it(`are valid${hasCompose ? '' : ' (skipped: docker with its Compose plugin is not here)'}`, function () {
    if (!hasCompose) this.skip();
    this.timeout(60_000);
    for (const files of [
      ['docker-compose.yml'],
      ['docker-compose.yml', 'docker-compose-gpu.yml'],
      ['docker-compose-test.yml'],
    ]) {
      const words = files.flatMap((file) => ['-f', file]);
      const { status, stderr } = spawnSync('docker', ['compose', ...words, 'config', '--quiet'], {
        encoding: 'utf8',
      });
      expect(status, stderr).to.equal(0);
    }
  });
});
