/** A gRPC call as it goes out: what is asked, and its headers. */
import { headerBlock } from '../../http2/header-block.ts';

export interface UnaryQuestion {
  /** Such as `/tensorflow.serving.PredictionService/Predict`. */
  readonly path: string;
  /** The bytes of the message in their order; they must stay as they are until the call has ended. */
  readonly message: readonly Uint8Array[];
}

/** The format has eight digits for a time. */
const mostDigits = 99_999_999;

/**
 * @param authority `host:port`
 * @param timeout as `timeoutText` gives it
 */
export function headersOfCall(authority: string, path: string, timeout: string): Buffer {
  return headerBlock({
    ':method': 'POST',
    ':scheme': 'http',
    ':authority': authority,
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'fovea',
    'grpc-accept-encoding': 'identity',
    'grpc-timeout': timeout,
  });
}

/** As the format has it: at most eight digits and a unit. */
export function timeoutText(milliseconds: number): string {
  const whole = Math.max(Math.ceil(milliseconds), 1);
  if (whole <= mostDigits) return `${whole}m`;
  return `${Math.min(Math.ceil(whole / 1000), mostDigits)}S`;
}
