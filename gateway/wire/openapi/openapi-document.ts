/** Writes the OpenAPI 3.1 document of described operations. */
import type { JsonSchema } from './json-schema.ts';
import type { Answer, Answers, BodyDescription, Content, Operation, Parameter } from './operation.ts';
import { SharedSchemas } from './shared-schemas.ts';

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Where the paths begin, seen from where the document lies. */
  readonly root: string;
  readonly operations: readonly Operation[];
  /** Whether guarded operations need a key. */
  readonly hasApiKey: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const keySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The API key, as `Authorization: Bearer <key>`.' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The API key.' },
};

export function openApiDocument(options: DocumentOptions): Json {
  const { title, version, description, root, operations, hasApiKey } = options;
  const schemas = new SharedSchemas();
  const paths = new Map<string, Json>();
  for (const operation of operations) {
    const described = describe(operation, { schemas, hasApiKey });
    paths.set(operation.path, { ...paths.get(operation.path), [operation.method]: described });
  }
  return {
    openapi: '3.1.0',
    info: { title, version, description },
    servers: [{ url: root }],
    paths: Object.fromEntries(paths),
    components: {
      ...(schemas.byTitle.size === 0 ? {} : { schemas: Object.fromEntries(schemas.byTitle) }),
      ...(hasApiKey ? { securitySchemes: keySchemes } : {}),
    },
  };
}

interface Surroundings {
  readonly schemas: SharedSchemas;
  readonly hasApiKey: boolean;
}

function describe(operation: Operation, { schemas, hasApiKey }: Surroundings): Json {
  const { id, tag, summary, description, parameters = [], body, isGuarded = false } = operation;
  const needsKey = isGuarded && hasApiKey;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((one) => parameterOf(one, schemas)) }),
    ...(body === undefined ? {} : { requestBody: bodyOf(body, schemas) }),
    responses: answersOf(operation.answers, schemas, needsKey),
    ...(needsKey ? { security: [{ bearer: [] }, { apiKey: [] }] } : {}),
  };
}

function parameterOf({ schema, example, ...parameter }: Parameter, schemas: SharedSchemas): Json {
  return {
    ...parameter,
    ...(parameter.in === 'path' ? { required: true } : {}),
    schema: schemas.refer(schema),
    ...(example === undefined ? {} : { example }),
  };
}

function bodyOf({ description, isRequired = true, content }: BodyDescription, schemas: SharedSchemas): Json {
  return { description, required: isRequired, content: contentsOf(content, schemas) };
}

/** Without a key nobody can be told that his is missing. */
function answersOf(answers: Answers, schemas: SharedSchemas, needsKey: boolean): Json {
  return Object.fromEntries(
    Object.entries(answers)
      .filter(([status]) => needsKey || status !== '401')
      .map(([status, answer]) => [status, answerOf(answer, schemas)]),
  );
}

function answerOf({ description, content, headers = {} }: Answer, schemas: SharedSchemas): Json {
  const described = { 'X-Request-Id': 'The id of the request, as the log has it.', ...headers };
  return {
    description,
    headers: Object.fromEntries(
      Object.entries(described).map(([name, meaning]) => [
        name,
        { description: meaning, required: true, schema: { type: 'string' } },
      ]),
    ),
    ...(content === undefined ? {} : { content: contentsOf(content, schemas) }),
  };
}

function contentsOf(contents: Readonly<Record<string, Content>>, schemas: SharedSchemas): Json {
  return Object.fromEntries(
    Object.entries(contents).map(([type, content]) => [type, contentOf(content, schemas)]),
  );
}

const bytes: JsonSchema = { type: 'string', format: 'binary' };

function contentOf({ schema = bytes, examples, fieldTypes }: Content, schemas: SharedSchemas): Json {
  return {
    schema: schemas.refer(schema),
    ...(examples === undefined ? {} : { examples: mapped(examples, exampleOf) }),
    ...(fieldTypes === undefined ? {} : { encoding: mapped(fieldTypes, (contentType) => ({ contentType })) }),
  };
}

function exampleOf({ summary, value, status }: NonNullable<Content['examples']>[string]): Json {
  return { summary, value, ...(status === undefined ? {} : { 'x-status': status }) };
}

function mapped<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
