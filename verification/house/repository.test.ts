/** Holds the files around the sources: package.json, lockfile, decisions, links, and no trace of one machine. */
import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import { localLinks, readDocument } from './document.ts';

const notOurs = new Set([
  'node_modules',
  'dist',
  'dist.next',
  'dist.previous',
  '.git',
  '.cache',
  'package-lock.json',
]);
/** Written by a person or a program of this project; pictures, weights and archives are not read as text. */
const textFile =
  /\.(ts|mjs|js|json|md|py|sh|yml|yaml|txt|example)$|^(run|pre-commit|LICENSE)$|^\.[a-z]+rc(\.json)?$/;
/** In pieces, so that this file keeps the rule itself. */
const machinePath = new RegExp(
  `(^|[\\s'"\`(=:])/(${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me/\\w+', 'Us' + 'ers'].join('|')})/`,
);

function textFiles(folder = '.'): readonly string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !notOurs.has(name) && !/^\.env$/.test(name))
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      // Version folders of models are pulled, not written here.
      if (entry.isDirectory()) return /^models\/[^/]+\/\d+$/.test(file) ? [] : textFiles(file);
      return textFile.test(entry.name) ? [file] : [];
    });
}

type Versions = Readonly<Record<string, string>>;

/** What these tests need of package.json and of the lockfile's root entry. */
interface Manifest {
  readonly scripts?: Versions;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

function readManifest(): Manifest {
  // What is missing or of another shape fails the assertions below.
  return JSON.parse(readDocument('package.json')) as Manifest;
}

describe('package.json', () => {
  it('names one exact version of every package, so that two installs are the same', () => {
    const { dependencies = {}, devDependencies = {} } = readManifest();
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.length).to.be.greaterThan(10);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).to.deep.equal([]);
  });

  it('runs the two commands by the bootstrap, which needs nothing installed, without a shell that swallows signals', () => {
    const { scripts = {} } = readManifest();
    expect(scripts['start']).to.match(
      /^exec env (MALLOC_\w+=\d+ )+node( --[a-z-]+=\d+)+ scripts\/start\.mjs$/,
    );
    expect(scripts).to.include({ test: 'exec node scripts/test.mjs' });
  });
});

describe('package-lock.json', () => {
  const lock = JSON.parse(readDocument('package-lock.json')) as {
    readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly integrity?: string }>>;
  };

  it('names no registry, so that each machine may use its own', () => {
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).to.deep.equal(
      [],
    );
  });

  it('names the content of every package, so that no registry can change it', () => {
    const loose = Object.entries(lock.packages).filter(
      ([name, entry]) => name !== '' && entry.integrity === undefined,
    );
    expect(loose).to.deep.equal([]);
  });

  it('asks for the versions of package.json', () => {
    const own = lock.packages[''] as Manifest | undefined;
    const { dependencies, devDependencies } = readManifest();
    expect({ ...own }).to.deep.include({ dependencies, devDependencies });
  });
});

describe('decisions', () => {
  const records = fs.readdirSync('decisions').sort();

  it('are numbered without a gap, and the architecture lists each', () => {
    const architecture = readDocument('ARCHITECTURE.md');
    records.forEach((name, index) => {
      expect(name).to.match(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      expect(architecture).to.contain(`(decisions/${name})`);
    });
    expect(records).to.have.length.greaterThan(0);
  });

  for (const name of records)
    it(`${name} says context, decision and consequence`, () => {
      const headings = Array.from(
        readDocument(`decisions/${name}`).matchAll(/^## (.+)$/gm),
        ([, title]) => title,
      );
      expect(headings).to.deep.equal(['Context', 'Decision', 'Consequence']);
    });
});

describe('the tree', () => {
  it('has no link to a file that is not there', () => {
    const broken = textFiles()
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) =>
        localLinks(readDocument(file))
          .filter((target) => !fs.existsSync(path.join(path.dirname(file), target)))
          .map((target) => `${file} → ${target}`),
      );
    expect(broken).to.deep.equal([]);
  });

  it('names no folder of one machine', () => {
    expect(machinePath.test(['', 'ro' + 'ot', 'x'].join('/'))).to.equal(true);
    const named = textFiles().flatMap((file) =>
      readDocument(file)
        .split('\n')
        .flatMap((line, index) => (machinePath.test(line) ? [`${file}:${index + 1}`] : [])),
    );
    expect(named).to.deep.equal([]);
  });
});
