/** What gRPC, or HTTP/2 in its place, says about a call to a backend that has no answer. */
import { ErrorCode } from '../../http2/protocol-numbers.ts';
import { statusCodeName } from '../../wire/tensorflow-serving/status-codes.ts';
import { BackendFault, quotation } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';

/** Every other status is an error of the backend's own. */
const reasons: Readonly<Record<string, FaultReason | undefined>> = {
  // Not by the gateway: a backend that shuts down resets the calls it has on its hands.
  CANCELLED: 'declined',
  INVALID_ARGUMENT: 'refused',
  DEADLINE_EXCEEDED: 'late',
  NOT_FOUND: 'not-served',
  RESOURCE_EXHAUSTED: 'overloaded',
  OUT_OF_RANGE: 'refused',
  UNAVAILABLE: 'declined',
};

/** As gRPC's own servers say it of a message beyond their limit; the same status stands for other lacks too. */
const saysTooLong = /larger than|more values than/i;

/** @param words as they came, percent-encoded */
export function faultOfStatus(code: number, words: string): BackendFault {
  const name = statusCodeName(code);
  const said = quotation(percentDecoded(words));
  const reason = name === 'RESOURCE_EXHAUSTED' && saysTooLong.test(said) ? 'too-long' : reasons[name];
  return new BackendFault(reason ?? 'failed', `gRPC status ${name} (${code}): ${said}`);
}

const declinedHttpStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Of an answer without a status of gRPC, which somebody between the gateway and the backend may have given. */
export function faultOfHttpStatus(status: number): BackendFault {
  const reason = declinedHttpStatuses.has(status) ? 'declined' : 'failed';
  return new BackendFault(reason, `HTTP status ${status} without a status of gRPC`);
}

const resets: Readonly<Record<number, { readonly name: string; readonly reason: FaultReason } | undefined>> =
  {
    [ErrorCode.refusedStream]: { name: 'REFUSED_STREAM', reason: 'unavailable' },
    [ErrorCode.cancel]: { name: 'CANCEL', reason: 'unavailable' },
    [ErrorCode.enhanceYourCalm]: { name: 'ENHANCE_YOUR_CALM', reason: 'overloaded' },
  };

/** @param code of a RST_STREAM frame */
export function faultOfReset(code: number, cause?: unknown): BackendFault {
  const { name, reason } = resets[code] ?? { name: 'error', reason: 'failed' };
  // Refused means that nothing of it was looked at.
  const isWorthRepeating = code === ErrorCode.refusedStream;
  return new BackendFault(reason, `reset with HTTP/2 ${name} (${code})`, { cause, isWorthRepeating });
}

/** What cannot be decoded stays as it came. */
function percentDecoded(words: string): string {
  return words.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString(),
  );
}
