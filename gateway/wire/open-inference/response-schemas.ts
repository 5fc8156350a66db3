/** Schemas of the answers of the Open Inference Protocol. */
import type { JsonSchema } from '../openapi/json-schema.ts';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const truth: JsonSchema = { type: 'boolean' };

/** An object in which every property is there. */
function record(properties: Readonly<Record<string, JsonSchema>>, title?: string): JsonSchema {
  return {
    ...(title === undefined ? {} : { title }),
    type: 'object',
    properties,
    required: Object.keys(properties),
  };
}

const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

export const serverMetadataSchema = record(
  { name: text, version: text, extensions: listOf(text) },
  'ServerMetadata',
);

export const liveSchema = record({ live: truth }, 'Live');

export const serverReadySchema = record({ live: truth, ready: truth }, 'ServerReadiness');

export const modelReadySchema = record({ name: text, ready: truth }, 'ModelReadiness');

const tensorMetadata = listOf(
  record({
    name: text,
    datatype: text,
    shape: { ...listOf(whole), description: '-1 is a size that varies.' },
  }),
);

export const inferenceModelMetadataSchema = record(
  {
    name: text,
    versions: listOf(text),
    platform: text,
    inputs: tensorMetadata,
    outputs: tensorMetadata,
  },
  'InferenceModelMetadata',
);

export const modelConfigSchema = record(
  {
    name: text,
    platform: text,
    backend: text,
    max_batch_size: count,
    input: listOf(record({ name: text, data_type: text, format: text, dims: listOf(whole) })),
    output: listOf(record({ name: text, data_type: text, dims: listOf(whole) })),
  },
  'ModelConfig',
);

const duration = record({ count, ns: count }, 'Duration');

export const statisticsSchema = record(
  {
    model_stats: listOf(
      record({
        name: text,
        version: text,
        last_inference: { ...count, description: 'Milliseconds since 1970; 0 for never.' },
        inference_count: count,
        execution_count: count,
        inference_stats: record({ success: duration, fail: duration, compute_infer: duration }),
        batch_stats: listOf(record({ batch_size: count, compute_infer: duration })),
      }),
    ),
  },
  'Statistics',
);

export const inferResponseSchema = record(
  {
    model_name: text,
    model_version: text,
    id: text,
    parameters: { type: 'object' },
    outputs: listOf({
      type: 'object',
      properties: {
        name: text,
        shape: listOf(count),
        datatype: text,
        parameters: { type: 'object' },
        data: { type: 'array', description: 'Absent when the bytes follow the JSON.' },
      },
      required: ['name', 'shape', 'datatype'],
    }),
  },
  'InferResponse',
);

export const indexSchema: JsonSchema = {
  title: 'Index',
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: text,
      version: text,
      state: { type: 'string', enum: ['READY', 'LOADING', 'UNAVAILABLE'] },
      reason: text,
    },
    required: ['name', 'state', 'reason'],
  },
};

export const loadedSchema = record({ name: text, load: truth }, 'Loaded');

export const unloadedSchema = record({ name: text, unload: truth }, 'Unloaded');

export const logSettingsSchema = record(
  {
    log_file: text,
    log_info: truth,
    log_warning: truth,
    log_error: truth,
    log_verbose_level: count,
    log_format: text,
  },
  'LogSettings',
);

export const traceSettingsSchema = record({ trace_level: listOf(text) }, 'TraceSettings');

export const regionsSchema: JsonSchema = {
  title: 'Regions',
  type: 'array',
  items: { type: 'object', description: 'There is none.' },
};
