/** The schema of `model-settings.json`, MLServer's description of a model, and a reader that reports every fault at once. */
import { z } from 'zod';

import { isHuggingFaceId } from '../domain/hugging-face-id.ts';
import type { UsualContentTypes } from '../domain/model.ts';
import { faultSentences } from './fault-sentences.ts';
import { expecting } from './manifest-fields.ts';
import { isModelName } from './relative-path.ts';

export const settingsFile = 'model-settings.json';

/** What is used of the file; each is `undefined` when it does not say it. */
export interface ModelSettings {
  readonly name: string | undefined;
  /** The Python class that would run the model there. It is told to people and never run. */
  readonly implementation: string | undefined;
  readonly version: string | undefined;
  /** Where the model lies, as it is written. */
  readonly uri: string | undefined;
  /** The id that the runtime for Hugging Face models would download. */
  readonly huggingFaceId: string | undefined;
  readonly contentTypes: UsualContentTypes;
}

export type ModelSettingsResult =
  | { readonly ok: true; readonly settings: ModelSettings }
  /** Each fault begins with its JSON path; the name is the model's as far as that is right. */
  | { readonly ok: false; readonly name: string | undefined; readonly faults: readonly string[] };

/** MLServer takes `null` and an empty text for nothing. */
function optional<Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}

const text = (what: string): z.ZodType<string | undefined> => optional(z.string(expecting(what)));

const namePattern = 'a name of letters, digits, ".", "_" and "-" that does not begin with a dot';

const nameSchema = optional(
  z.string(expecting(namePattern)).refine(isModelName, {
    error: ({ input }) =>
      typeof input === 'string' && isHuggingFaceId(input)
        ? `must be ${namePattern}; an id of Hugging Face belongs into parameters.extra.pretrained_model`
        : `must be ${namePattern}`,
  }),
);

const versionWords = 'a version, a text of at most 100 characters such as "v0.1.0" or a whole number';

function isVersion(version: string | number): boolean {
  if (typeof version === 'string') return /^\P{Cc}{1,100}$/u.test(version);
  return Number.isSafeInteger(version) && version >= 0;
}

const tensorSchema = z.looseObject(
  {
    name: z.string(expecting('the name of the tensor')),
    parameters: optional(
      z.looseObject({ content_type: text('a content type such as "np"') }, expecting('an object')),
    ),
  },
  expecting('an object with a name'),
);

const tensors = (what: string): z.ZodType<readonly z.infer<typeof tensorSchema>[] | undefined> =>
  optional(z.array(tensorSchema, expecting(`a list of ${what}`)));

/** Other fields than these are MLServer's own affair: they decide nothing here, and it adds some with every release. */
const settingsSchema = z.looseObject(
  {
    name: nameSchema,
    implementation: text('the Python path of a class, which is not run here'),
    inputs: tensors('inputs'),
    outputs: tensors('outputs'),
    parameters: optional(
      z.looseObject(
        {
          uri: text('a path, from the folder of this file on'),
          version: optional(
            z
              .union([z.string(), z.number()], expecting(versionWords))
              .refine(isVersion, `must be ${versionWords}`)
              .transform(String),
          ),
          content_type: text('a content type such as "hf"'),
          extra: optional(
            z.looseObject(
              { pretrained_model: text('an id such as "microsoft/resnet-50"') },
              expecting('an object'),
            ),
          ),
        },
        expecting('an object with any of uri, version, content_type and extra'),
      ),
    ),
  },
  expecting('a JSON object'),
);

const looseNameSchema = z.looseObject({ name: nameSchema.catch(undefined) });

/** Reads the text of a file. Never throws; a wrong one comes back as the list of all its faults. */
export function parseModelSettings(json: string): ModelSettingsResult {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const fault = `${settingsFile}: is not JSON; look for a missing comma, quote or bracket`;
    return { ok: false, name: undefined, faults: [fault] };
  }
  const result = settingsSchema.safeParse(value);
  if (!result.success) {
    const loose = looseNameSchema.safeParse(value);
    const faults = result.error.issues.flatMap((issue) => faultSentences(issue, settingsFile));
    return { ok: false, name: loose.success ? loose.data.name : undefined, faults };
  }
  const { name, implementation, parameters, inputs = [], outputs = [] } = result.data;
  const pretrained = parameters?.extra?.pretrained_model;
  return {
    ok: true,
    settings: {
      name,
      implementation,
      version: parameters?.version,
      uri: parameters?.uri,
      huggingFaceId: pretrained !== undefined && isHuggingFaceId(pretrained) ? pretrained : undefined,
      contentTypes: {
        request: parameters?.content_type,
        inputs: new Map(
          inputs.flatMap((one) => {
            const type = one.parameters?.content_type;
            return type === undefined ? [] : [[one.name, type] as const];
          }),
        ),
        outputs: outputs.flatMap((one) => one.parameters?.content_type ?? []),
      },
    },
  };
}
