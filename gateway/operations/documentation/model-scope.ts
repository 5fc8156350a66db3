/** Picks out the operations of one dialect or of one model. */
import type { Operation } from '../../wire/openapi/operation.ts';

/** A model, and perhaps one version of it, whose operations a document is about. */
export interface ModelScope {
  readonly model: string;
  readonly version: string | undefined;
}

const dialect = '/v2';

/** The operations of the Open Inference Protocol, without those of its documentation. */
export function dialectOperations(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(
    ({ path }) => (path === dialect || path.startsWith(`${dialect}/`)) && !/\/docs(\/|$)/.test(path),
  );
}

/** Those among them that name a model, with its name written in. */
export function modelOperations(
  operations: readonly Operation[],
  { model, version }: ModelScope,
): readonly Operation[] {
  const values = new Map([
    ['model', model],
    ...(version === undefined ? [] : [['version', version] as const]),
  ]);
  const place = version === undefined ? '{model}' : '{model}/versions/{version}';
  return dialectOperations(operations)
    .filter(({ path }) => path.startsWith(`${dialect}/models/${place}`))
    .map((operation) => ({
      ...operation,
      path: operation.path.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values.get(name);
        return value === undefined ? whole : encodeURIComponent(value);
      }),
      parameters: (operation.parameters ?? []).filter(({ name }) => !values.has(name)),
    }));
}
