/** What a method and a path under `/v1/` ask for. */
import { ServingError } from '../../domain/errors.ts';
import { toVersion, type ModelSpecification } from './model-specification.ts';

export type InferenceVerb = 'predict' | 'classify' | 'regress';

export interface RestRequest {
  readonly verb: InferenceVerb | 'status' | 'metadata';
  readonly specification: ModelSpecification;
}

const model = String.raw`/v1/models/(?<name>[^/:]+)(?:/versions/(?<version>\d+)|/labels/(?<label>[^/:]+))?`;
const inferencePath = new RegExp(`^${model}:(?<verb>predict|classify|regress)$`, 'i');
const readingPath = new RegExp(`^${model}(?<metadata>/metadata)?$`, 'i');
const namelessPath = /^\/v1\/models\/?$/i;

/** Letters count alike in either case, but for those of names and labels. */
export function isUnderVersionOne(path: string): boolean {
  return /^\/v1\//i.test(path);
}

/** @throws ServingError `invalid-input`: TensorFlow Serving knows no other refusal of a path */
export function readRestPath(method: string, path: string): RestRequest {
  const isReading = method === 'GET' || method === 'HEAD';
  if (isReading && namelessPath.test(path)) throw invalid('Missing model name in request.');
  const pattern = isReading ? readingPath : method === 'POST' ? inferencePath : undefined;
  const groups = pattern?.exec(path)?.groups;
  if (groups === undefined) throw malformed(method, path);
  const { name, version, label, verb, metadata } = groups;
  const asked = (word: string | undefined): string => decoded(word) ?? refuse(method, path);
  return {
    verb: inferenceVerb(verb) ?? (metadata === undefined ? 'status' : 'metadata'),
    specification: {
      name: asked(name),
      ...(version === undefined ? {} : { version: toVersion(version) }),
      ...(label === undefined ? {} : { label: asked(label) }),
    },
  };
}

function inferenceVerb(text: string | undefined): InferenceVerb | undefined {
  const verb = text?.toLowerCase();
  return verb === 'predict' || verb === 'classify' || verb === 'regress' ? verb : undefined;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(method: string, path: string): never {
  throw malformed(method, path);
}

function malformed(method: string, path: string): ServingError {
  return invalid(`Malformed request: ${method} ${path.replace(/[^\x21-\x7e]/g, '?').slice(0, 200)}`);
}

function invalid(sentence: string): ServingError {
  return new ServingError('invalid-input', sentence);
}
