/** The bodies that hold pictures: the schema of the JSON form, by which it is read, and the description of all forms. */
import { examplePicture } from '../../wire/openapi/example-picture.ts';
import type { JsonSchema } from '../../wire/openapi/json-schema.ts';
import type { BodyDescription } from '../../wire/openapi/operation.ts';

/** The names under which a protocol takes pictures: the one its documents use first. */
export type PictureFields = readonly [string, ...string[]];

const base64: JsonSchema = {
  type: 'string',
  contentEncoding: 'base64',
  description: 'A picture; a `data:` URL is fine too.',
};

/** A field with one picture or with a list of them. */
export function pictureSchema(fields: PictureFields): JsonSchema {
  return {
    type: 'object',
    properties: recordOf(fields, { anyOf: [base64, { type: 'array', items: base64 }] }),
    ...requiringOneOf(fields),
  };
}

export function describePictureBody(fields: PictureFields): BodyDescription {
  const [field, ...others] = fields;
  return {
    description:
      `A picture as the file field ${fields.map((name) => `\`${name}\``).join(' or ')} of a form, as the body itself, or in JSON as base64. ` +
      `The field sent several times, or a list in JSON, asks about several pictures and is answered with a list.`,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          properties: recordOf(fields, { type: 'string', format: 'binary' }),
          ...(others.length === 0 ? { required: [field] } : {}),
        },
        fieldTypes: recordOf(fields, 'image/jpeg'),
      },
      'image/jpeg': {},
      'application/json': {
        schema: pictureSchema(fields),
        examples: {
          one: { summary: 'One picture', value: { [field]: examplePicture }, status: 200 },
          two: {
            summary: 'Two pictures',
            value: { [field]: [examplePicture, examplePicture] },
            status: 200,
          },
          broken: { summary: 'No base64', value: { [field]: 'cat.jpg' }, status: 400 },
        },
      },
    },
  };
}

function recordOf<Value>(fields: PictureFields, value: Value): Readonly<Record<string, Value>> {
  return Object.fromEntries(fields.map((field) => [field, value]));
}

function requiringOneOf(fields: PictureFields): JsonSchema {
  const [field, ...others] = fields;
  return others.length === 0
    ? { required: [field] }
    : { anyOf: fields.map((name) => ({ required: [name] })) };
}
