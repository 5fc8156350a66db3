/** What a status of gRPC says about a call to a backend. */
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { BackendFault, quotation } from './backend-fault.ts';
import type { FaultReason } from './backend-fault.ts';

const reasonsOfCodes: Readonly<Record<status, FaultReason>> = {
  [status.OK]: 'failed',
  // Not by the gateway: a backend that shuts down resets the calls it has on its hands.
  [status.CANCELLED]: 'unavailable',
  [status.UNKNOWN]: 'failed',
  [status.INVALID_ARGUMENT]: 'refused',
  [status.DEADLINE_EXCEEDED]: 'late',
  [status.NOT_FOUND]: 'not-served',
  [status.ALREADY_EXISTS]: 'failed',
  [status.PERMISSION_DENIED]: 'failed',
  [status.RESOURCE_EXHAUSTED]: 'overloaded',
  [status.FAILED_PRECONDITION]: 'failed',
  [status.ABORTED]: 'failed',
  [status.OUT_OF_RANGE]: 'refused',
  [status.UNIMPLEMENTED]: 'failed',
  [status.INTERNAL]: 'failed',
  [status.UNAVAILABLE]: 'unavailable',
  [status.DATA_LOSS]: 'failed',
  [status.UNAUTHENTICATED]: 'failed',
};

/** The number comes from the other side, and may be none of gRPC's. */
const reasons: Readonly<Record<number, FaultReason | undefined>> = reasonsOfCodes;

/** grpc-js reports an answer beyond its own limit with the status of a backend that has too much to do. */
const isTooLong = ({ code, details }: ServiceError): boolean =>
  code === status.RESOURCE_EXHAUSTED && details.startsWith('Received message larger than max');

export function faultOfCall(error: ServiceError): BackendFault {
  const reason = isTooLong(error) ? 'failed' : reasons[error.code];
  return new BackendFault(
    reason ?? 'failed',
    `gRPC status ${status[error.code]} (${error.code}): ${quotation(error.details)}`,
  );
}
