/** The states of a model's versions, as JSON. */
import { member } from '../json/json-object.ts';
import { readInteger64 } from '../integer64.ts';
import { parseJsonText } from '../json/json-text.ts';
import { MalformedAnswer, readingAnswer } from './malformed-answer.ts';

export const modelVersionStates = ['UNKNOWN', 'START', 'LOADING', 'AVAILABLE', 'UNLOADING', 'END'] as const;

export type ModelVersionState = (typeof modelVersionStates)[number];

export interface ModelVersionStatus {
  readonly version: number;
  readonly state: ModelVersionState;
  /** Name of a gRPC code, `OK` when nothing is wrong. */
  readonly errorCode: string;
  readonly errorMessage: string;
}

export function writeModelStatus(versions: readonly ModelVersionStatus[]): object {
  return {
    model_version_status: versions.map(({ version, state, errorCode, errorMessage }) => ({
      version: String(version),
      state,
      status: { error_code: errorCode, error_message: errorMessage },
    })),
  };
}

/**
 * A state with a new name is `UNKNOWN`.
 *
 * @throws MalformedAnswer
 */
export function readModelStatus(text: string | Buffer): readonly ModelVersionStatus[] {
  return readingAnswer(() => {
    const list = member(parseJsonText(text), 'model_version_status');
    if (!Array.isArray(list)) throw new MalformedAnswer('The answer holds no list "model_version_status".');
    return list.map(readVersion);
  });
}

function readVersion(entry: unknown): ModelVersionStatus {
  const version = readInteger64(member(entry, 'version'));
  if (version === undefined) throw new MalformedAnswer('An entry of "model_version_status" has no version.');
  const status = member(entry, 'status');
  return {
    version,
    state: modelVersionStates.find((state) => state === member(entry, 'state')) ?? 'UNKNOWN',
    errorCode: textOr(status, 'error_code', 'OK'),
    errorMessage: textOr(status, 'error_message', ''),
  };
}

function textOr(status: unknown, key: string, otherwise: string): string {
  const text = member(status, key);
  return typeof text === 'string' ? text : otherwise;
}
