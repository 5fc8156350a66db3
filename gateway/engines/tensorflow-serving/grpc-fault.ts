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

/** What the status RESOURCE_EXHAUSTED says of a lack, by the words of gRPC's own servers and of Fovea's. */
const lacks: readonly { readonly pattern: RegExp; readonly reason: FaultReason }[] = [
  {
    pattern: /received message (?:that decompresses to a size |after decompression )?larger than/i,
    reason: 'too-long',
  },
  {
    pattern: /^what the message stands for is larger than|^the message holds more values than/i,
    reason: 'too-long',
  },
  // Of its answer, which will not be shorter a second later.
  { pattern: /sent message larger than/i, reason: 'failed' },
];

/** @param words as they came, percent-encoded */
export function faultOfStatus(code: number, words: string): BackendFault {
  const name = statusCodeName(code);
  const said = quotation(percentDecoded(words));
  const lack = name === 'RESOURCE_EXHAUSTED' ? lacks.find(({ pattern }) => pattern.test(said)) : undefined;
  const reason = lack?.reason ?? reasons[name] ?? 'failed';
  return new BackendFault(reason, `gRPC status ${name} (${code}): ${said}`);
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
