/** The states of a model's versions, as messages. */
import { readInteger64 } from '../integer64.ts';
import { MalformedAnswer } from './malformed-answer.ts';
import type { GetModelStatusResponseMessage } from './messages.ts';
import { statusCodeName, statusCodeNumber } from './status-codes.ts';
import { type ModelVersionStatus, modelVersionStates } from './status-json.ts';

export function toModelStatusMessage(versions: readonly ModelVersionStatus[]): GetModelStatusResponseMessage {
  return {
    model_version_status: versions.map(({ version, state, errorCode, errorMessage }) => ({
      version: String(version),
      state: modelVersionStates.indexOf(state) * 10,
      status: { error_code: statusCodeNumber(errorCode), error_message: errorMessage },
    })),
  };
}

/** @throws MalformedAnswer */
export function fromModelStatusMessage(
  message: GetModelStatusResponseMessage,
): readonly ModelVersionStatus[] {
  return (message.model_version_status ?? []).map((entry) => {
    const version = readInteger64(entry.version ?? '0');
    if (version === undefined) throw new MalformedAnswer('The number of a version is too large.');
    return {
      version,
      state: modelVersionStates[(entry.state ?? 0) / 10] ?? 'UNKNOWN',
      errorCode: statusCodeName(entry.status?.error_code ?? 0),
      errorMessage: entry.status?.error_message ?? '',
    };
  });
}
