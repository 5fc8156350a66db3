/** The codes of gRPC, under the names and numbers that TensorFlow Serving's status messages use. */

const codes = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** `UNKNOWN` for a number that has no name. */
export const statusCodeName = (number: number): string => codes[number] ?? 'UNKNOWN';

/** The number of `UNKNOWN` for a name that is none. */
export function statusCodeNumber(name: string): number {
  const number = codes.indexOf(name);
  return number < 0 ? codes.indexOf('UNKNOWN') : number;
}
