/** Collects the schemas that have a title, so that each stands in the document once. */
import type { JsonSchema } from './json-schema.ts';

/** A schema in which those with a title have become references. */
export type WrittenSchema = Readonly<Record<string, unknown>>;

export class SharedSchemas {
  readonly byTitle = new Map<string, WrittenSchema>();
  readonly #originals = new Map<string, string>();

  /**
   * @returns a reference when the schema has a title, else the schema, with references inside
   * @throws Error when two different schemas have one title
   */
  refer(schema: JsonSchema): WrittenSchema {
    const { title } = schema;
    if (title === undefined) return this.#inside(schema);
    const text = JSON.stringify(schema);
    const known = this.#originals.get(title);
    if (known !== undefined && known !== text) throw new Error(`two schemas are called ${title}`);
    if (known === undefined) {
      this.#originals.set(title, text);
      this.byTitle.set(title, this.#inside(schema));
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  #inside(schema: JsonSchema): WrittenSchema {
    const { properties, additionalProperties, items, anyOf, oneOf, ...rest } = schema;
    return {
      ...rest,
      ...(properties === undefined ? {} : { properties: this.#all(properties) }),
      ...(additionalProperties === undefined
        ? {}
        : { additionalProperties: additionalProperties && this.refer(additionalProperties) }),
      ...(items === undefined ? {} : { items: this.refer(items) }),
      ...(anyOf === undefined ? {} : { anyOf: anyOf.map((one) => this.refer(one)) }),
      ...(oneOf === undefined ? {} : { oneOf: oneOf.map((one) => this.refer(one)) }),
    };
  }

  #all(schemas: Readonly<Record<string, JsonSchema>>): WrittenSchema {
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, this.refer(schema)] as const),
    );
  }
}
