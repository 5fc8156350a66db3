/** A gRPC call as it goes out: its headers, and its message in a frame. */
import type { OutgoingHttpHeaders } from 'node:http2';

export interface UnaryQuestion {
  /** Such as `/tensorflow.serving.PredictionService/Predict`. */
  readonly path: string;
  /** The bytes of the message in their order; they must stay as they are until the call has ended well. */
  readonly message: readonly Uint8Array[];
}

/** The format has eight digits for a time. */
const mostDigits = 99_999_999;

/** @param endsAt in milliseconds since 1970 */
export function headersOf({ path }: UnaryQuestion, endsAt: number): OutgoingHttpHeaders {
  return {
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'fovea',
    'grpc-accept-encoding': 'identity',
    'grpc-timeout': timeoutText(endsAt - Date.now()),
  };
}

/** The message with a head that says: not compressed, and so many bytes. */
export function framedMessage({ message }: UnaryQuestion): readonly Uint8Array[] {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(
    message.reduce((sum, { byteLength }) => sum + byteLength, 0),
    1,
  );
  return [head, ...message];
}

function timeoutText(milliseconds: number): string {
  const whole = Math.max(Math.ceil(milliseconds), 1);
  if (whole <= mostDigits) return `${whole}m`;
  return `${Math.min(Math.ceil(whole / 1000), mostDigits)}S`;
}
