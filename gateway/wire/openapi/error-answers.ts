/** The answers to what goes wrong, which are of one form on every path. */
import type { JsonSchema } from './json-schema.ts';
import type { Answer, Answers } from './operation.ts';

const schema: JsonSchema = {
  title: 'Error',
  type: 'object',
  properties: { error: { type: 'string', description: 'What is wrong and what to do.' } },
  required: ['error'],
  additionalProperties: false,
};

const meanings = {
  400: 'The request is not as described, or a picture cannot be read.',
  401: 'An API key is set, and the request does not carry it.',
  404: 'There is nothing of that name.',
  405: 'The server does not allow that to requests.',
  413: 'The body or a picture is too large.',
  415: 'The body is of a type that is not read here.',
  429: 'Too many requests wait already, or uploads fill their memory.',
  500: 'The model failed on this request; the log has the cause.',
  502: 'The server that holds the model gave an answer without sense.',
  503: 'The model cannot answer now: it is loading, has failed, or its server cannot be reached.',
  504: 'The answer would come too late.',
} as const;

export type ErrorStatus = keyof typeof meanings;

const headers: Readonly<Partial<Record<ErrorStatus, Answer['headers']>>> = {
  401: { 'WWW-Authenticate': 'How to authenticate.' },
};

export function errorAnswers(...statuses: readonly ErrorStatus[]): Answers {
  return Object.fromEntries(
    statuses.map((status): [number, Answer] => {
      const described = headers[status];
      const answer = { description: meanings[status], content: { 'application/json': { schema } } };
      return [status, described === undefined ? answer : { ...answer, headers: described }];
    }),
  );
}
