/** The part of JSON Schema (draft 2020-12, that of OpenAPI 3.1) in which this program describes what it reads and answers. */

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

/** A schema as it stands in the document; `conforms` reads every keyword that admits or refuses. */
export interface JsonSchema {
  /** A schema with a title stands once in the document, under that name. */
  readonly title?: string;
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** What properties beyond the named ones must be; `false` when there may be none. */
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  /** Says what a text means; admits every text. */
  readonly format?: string;
  readonly contentEncoding?: string;
}
