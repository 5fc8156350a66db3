/** One gRPC call that ends with its answer, with a fault, or when its time is over. */
import { connectivityState } from '@grpc/grpc-js';
import type { Client, MethodDefinition, ServiceError } from '@grpc/grpc-js';
import { BackendFault } from './backend-fault.ts';
import type { CallTime } from './deadline.ts';
import { faultOfCall } from './grpc-fault.ts';

export type UnaryMethod = Pick<
  MethodDefinition<object, object>,
  'path' | 'requestSerialize' | 'responseDeserialize'
>;

export interface UnaryCall {
  readonly client: Client;
  readonly method: UnaryMethod;
  readonly request: object;
  /** How long a connection may take to be made. */
  readonly connectMilliseconds: number;
}

/** @throws BackendFault */
export async function unaryCall(
  { client, method, request, connectMilliseconds }: UnaryCall,
  { signal, endsAt }: CallTime,
): Promise<object> {
  const givenUp = (cause?: unknown): BackendFault =>
    new BackendFault('aborted', 'the call was given up', { cause });
  if (signal.aborted) throw givenUp();
  const isConnected = (): boolean =>
    client.getChannel().getConnectivityState(false) === connectivityState.READY;
  let lacksConnection = false;
  const { path, requestSerialize, responseDeserialize } = method;
  return new Promise<object>((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: object): void => {
      clearTimeout(connecting);
      signal.removeEventListener('abort', cancel);
      if (answer !== undefined && error === null) resolve(answer);
      else if (signal.aborted) reject(givenUp(error));
      else if (lacksConnection) reject(new BackendFault('unavailable', 'no connection in time'));
      else reject(error === null ? new BackendFault('failed', 'no answer') : faultOfCall(error));
    };
    const call = withoutStack(() =>
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        { deadline: endsAt },
        done,
      ),
    );
    const cancel = (): void => {
      call.cancel();
    };
    const connecting = isConnected()
      ? undefined
      : setTimeout(() => {
          lacksConnection = !isConnected();
          if (lacksConnection) cancel();
        }, connectMilliseconds);
    signal.addEventListener('abort', cancel, { once: true });
  });
}

/** The library notes for every call where it was made, in case that it fails; nobody reads that, and it takes a while. */
function withoutStack<Result>(act: () => Result): Result {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return act();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
