/** How a front-end describes each of its routes for the document. */
import type { JsonSchema } from './json-schema.ts';

export interface Operation {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/classify/{model}`. */
  readonly path: string;
  /** A name of its own in the whole document. */
  readonly id: string;
  /** The heading it stands under. */
  readonly tag: string;
  readonly summary: string;
  /** CommonMark. */
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly body?: BodyDescription;
  readonly answers: Answers;
  /** Whether it needs the API key where one is set. */
  readonly isGuarded?: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: JsonSchema;
  readonly example?: string | number;
}

export interface BodyDescription {
  readonly description: string;
  /** False when the request may come without one. */
  readonly isRequired?: boolean;
  /** By media type. */
  readonly content: Readonly<Record<string, Content>>;
}

export interface Content {
  /** Bytes of that media type when absent. */
  readonly schema?: JsonSchema;
  readonly examples?: Readonly<Record<string, Example>>;
  /** The media types of a form's fields, by name. */
  readonly fieldTypes?: Readonly<Record<string, string>>;
}

export interface Example {
  readonly summary: string;
  readonly value: unknown;
  /** What the example is answered with, when it is a request. */
  readonly status?: number;
}

/** By HTTP status. */
export type Answers = Readonly<Record<number, Answer>>;

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
  /** Headers of this answer, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A model that requests may name, and its versions. */
export interface DescribedModel {
  readonly name: string;
  readonly versions: readonly number[];
}

/** For front-ends with many, all under one heading. */
export type UntaggedOperation = Omit<Operation, 'tag'>;

/** Describes the routes of a front-end of a server that serves these models. */
export type DescribeOperations = (models: readonly DescribedModel[]) => readonly Operation[];
