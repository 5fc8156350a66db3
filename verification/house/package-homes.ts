/** One package, one home: where each npm package may be imported. */
import type { SourceFile } from './source-file.ts';

/** Packages of the program; tests and measurements may use them too. */
const homes: Readonly<Record<string, readonly string[]>> = {
  koa: ['gateway/transports/http/'],
  'koa-body': ['gateway/transports/http/'],
  '@koa/router': ['gateway/protocols/', 'gateway/operations/'],
  'onnxruntime-node': ['gateway/engines/onnx/'],
  sharp: ['gateway/imaging/'],
  '@julusian/jpeg-turbo': ['gateway/imaging/'],
  pino: ['gateway/telemetry/'],
  zod: ['gateway/repository/'],
  tar: ['gateway/repository/'],
  axios: ['gateway/engines/tensorflow-serving/'],
  '@grpc/grpc-js': ['gateway/transports/grpc/'],
  '@grpc/proto-loader': ['gateway/wire/'],
  '@grpc/reflection': ['gateway/transports/grpc/'],
  'grpc-health-check': ['gateway/transports/grpc/'],
  'swagger-ui-dist': ['gateway/operations/documentation/'],
};

/** Packages of the workshop; the program must run without them. */
const workshop: Readonly<Record<string, readonly string[]>> = {
  chai: ['verification/'],
  supertest: ['verification/'],
  ajv: ['verification/'],
  '@seriousme/openapi-schema-validator': ['verification/'],
  mocha: ['scripts/mocha-reporter.mjs'],
  typescript: ['verification/house/'],
};

/** Used as commands or by the compiler, never imported by a source. */
const commandsAndTypes = /^(@types\/.*|@eslint\/js|eslint|prettier|typescript-eslint)$/;

const testsAndMeasurements = ['verification/', 'benchmarks/'];

/** One sentence for each import away from home. */
export function strayImports(sources: readonly SourceFile[]): readonly string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap(({ npmPackage }) => {
      if (npmPackage === undefined) return [];
      const home = homes[npmPackage];
      const allowed = home === undefined ? workshop[npmPackage] : [...home, ...testsAndMeasurements];
      if (allowed?.some((folder) => path.startsWith(folder)) === true) return [];
      const where =
        allowed === undefined ? 'no home yet; add one to the table' : `its home in ${allowed.join(', ')}`;
      return [
        `${path} imports ${npmPackage}, which has ${where}: a package used in one room can be replaced there.`,
      ];
    }),
  );
}

/** One sentence for each package of package.json that has no home or that nobody imports there. */
export function idlePackages(
  sources: readonly SourceFile[],
  installed: { readonly program: readonly string[]; readonly workshop: readonly string[] },
): readonly string[] {
  const table = { ...homes, ...workshop };
  const isUsed = (name: string): boolean =>
    sources.some(
      ({ path, imports }) =>
        table[name]?.some((home) => path.startsWith(home)) === true &&
        imports.some(({ npmPackage }) => npmPackage === name),
    );
  const idle = [...installed.program, ...installed.workshop].filter(
    (name) => !commandsAndTypes.test(name) && !isUsed(name),
  );
  const misplaced = installed.program.filter((name) => homes[name] === undefined);
  return [
    ...idle.map((name) => `${name} is in package.json, but nothing in its home imports it.`),
    ...misplaced.map((name) => `${name} is a dependency of the program, but only the workshop may use it.`),
  ];
}
