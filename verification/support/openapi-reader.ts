/** Reads an OpenAPI document as its clients do, and checks answers against it. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

export interface DocumentedOperation {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly parameters: readonly DocumentedParameter[];
  /** By media type. */
  readonly bodies: ReadonlyMap<string, readonly DocumentedExample[]>;
  readonly statuses: readonly number[];
}

export interface DocumentedParameter {
  readonly name: string;
  readonly place: string;
}

export interface DocumentedExample {
  readonly name: string;
  readonly value: unknown;
  readonly status: number;
}

export class OpenApiReader {
  readonly document: unknown;
  readonly operations: readonly DocumentedOperation[];
  readonly #checks = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020({ strict: false, formats: { binary: true } });

  constructor(document: unknown) {
    this.document = document;
    this.#ajv.addSchema({ $id: 'document', ...Object.fromEntries(entriesOf(document)) });
    this.operations = entriesOf(at(document, 'paths')).flatMap(([path, methods]) =>
      entriesOf(methods).map(([method, operation]) => operationOf(method, path, operation)),
    );
  }

  static async from(url: string): Promise<OpenApiReader> {
    return new OpenApiReader(await (await fetch(url)).json());
  }

  /** Why the answer is not as the document says; `undefined` when it is. */
  async faultOf({ method, path }: DocumentedOperation, answer: Response): Promise<string | undefined> {
    const place = ['paths', path, method, 'responses', String(answer.status)];
    if (at(this.document, ...place) === undefined) return `${answer.status} is not documented`;
    const type = answer.headers.get('content-type')?.split(';', 1)[0] ?? '';
    if (at(this.document, ...place, 'content', type) === undefined) return `${type} is not documented`;
    const missing = entriesOf(at(this.document, ...place, 'headers')).filter(
      ([name]) => !answer.headers.has(name),
    );
    if (missing.length > 0) return `the header ${missing[0]?.[0] ?? ''} is missing`;
    if (type !== 'application/json') return undefined;
    const check = this.#checkAt([...place, 'content', type, 'schema']);
    const body = await answer.text();
    return check(JSON.parse(body)) ? undefined : `${this.#ajv.errorsText(check.errors)} in ${body}`;
  }

  #checkAt(place: readonly string[]): ValidateFunction {
    const pointer = place.map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')));
    const reference = `document#/${pointer.join('/')}`;
    const check = this.#checks.get(reference) ?? this.#ajv.compile({ $ref: reference });
    this.#checks.set(reference, check);
    return check;
  }
}

function operationOf(method: string, path: string, operation: unknown): DocumentedOperation {
  const parameters = at(operation, 'parameters');
  return {
    method,
    path,
    id: String(at(operation, 'operationId')),
    parameters: (Array.isArray(parameters) ? parameters : []).map((parameter: unknown) => ({
      name: String(at(parameter, 'name')),
      place: String(at(parameter, 'in')),
    })),
    bodies: new Map(
      entriesOf(at(operation, 'requestBody', 'content')).map(([type, content]) => [
        type,
        entriesOf(at(content, 'examples')).map(([name, example]) => ({
          name,
          value: at(example, 'value'),
          status: Number(at(example, 'x-status')),
        })),
      ]),
    ),
    statuses: entriesOf(at(operation, 'responses')).map(([status]) => Number(status)),
  };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** What lies at a path of keys; `undefined` when nothing does. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = entriesOf(found).find(([name]) => name === key)?.[1];
  return found;
}
