/** Holds the floors: no import goes up, none goes sideways, the domain imports nothing. */
import { expect } from 'chai';
import { floorViolations } from './floors.ts';
import { readSources, sourceFile } from './source-file.ts';

describe('floors', () => {
  it('are kept by every import', () => {
    expect(floorViolations(readSources()).join('\n')).to.equal('');
  });

  for (const [importer, specifier, why] of [
    ['gateway/domain/a.ts', 'node:fs', 'the domain knows nothing'],
    ['gateway/domain/a.ts', '../environment.ts', 'the domain knows nothing'],
    ['gateway/imaging/a.ts', '../engines/onnx/b.ts', 'imports go down only'],
    ['gateway/imaging/a.ts', '../telemetry/log.ts', 'do not know each other'],
    ['gateway/transports/http/a.ts', '../grpc/b.ts', 'do not know each other'],
    ['gateway/transports/http/a.ts', '../../engines/onnx/b.ts', 'do not know each other'],
    ['gateway/protocols/classify/a.ts', '../predict/b.ts', 'do not know each other'],
    ['gateway/inference/a.ts', '../configuration.ts', 'imports go down only'],
    ['gateway/inference/a.ts', '../../converter/b.ts', 'only the ONNX engine'],
    ['converter/a.ts', '../gateway/imaging/b.ts', 'knows only the domain'],
    ['gateway/attic/a.ts', './b.ts', 'every file belongs to a room'],
  ] as const)
    it(`refuse that ${importer} imports ${specifier}`, () => {
      const [violation] = floorViolations([sourceFile(importer, `import type { x } from '${specifier}';`)]);
      expect(violation).to.contain(importer).and.to.contain(why);
    });

  for (const [importer, specifier] of [
    ['gateway/main.ts', './cli/serve.ts'],
    ['gateway/server.ts', './models-in-service.ts'],
    ['gateway/protocols/classify/a.ts', '../../transports/http/body.ts'],
    ['gateway/engines/onnx/a.ts', '../../../converter/b.ts'],
    ['gateway/engines/onnx/a.ts', './b.ts'],
    ['converter/a.ts', '../gateway/domain/tensor.ts'],
  ] as const)
    it(`allow that ${importer} imports ${specifier}`, () => {
      expect(floorViolations([sourceFile(importer, `export { x } from '${specifier}';`)])).to.deep.equal([]);
    });

  it('see dynamic imports and imports inside types', () => {
    const text = "const a = await import('node:fs'); type B = import('node:path').ParsedPath;";
    expect(floorViolations([sourceFile('gateway/domain/a.ts', text)])).to.have.length(2);
  });
});
