/** What the engine asks of one backend, over whichever protocol. */
import type { CallTime } from '../../deadline.ts';
import type { Signature } from '../../domain/engine.ts';
import type { Tensor } from '../../domain/tensor.ts';
import type { ModelMetadata } from '../../wire/tensorflow-serving/metadata-json.ts';
import type { ModelVersionStatus } from '../../wire/tensorflow-serving/status-json.ts';

export interface Address {
  /** Name or IP address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface VersionName {
  readonly name: string;
  readonly version: number;
}

export interface Question extends VersionName {
  readonly signature: Signature;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** Names of the wanted outputs; the answer may hold more. */
  readonly outputs: readonly string[];
  /** Rows of every output whose first size is open; undefined when nobody can know. */
  readonly rows?: number | undefined;
}

/** Every method throws a BackendFault and nothing else. */
export interface BackendClient {
  /** The states of all versions of a model. */
  statuses(name: string, time: CallTime): Promise<readonly ModelVersionStatus[]>;
  metadata(version: VersionName, time: CallTime): Promise<ModelMetadata>;
  predict(question: Question, time: CallTime): Promise<ReadonlyMap<string, Tensor>>;
  close(): void;
}

/** Largest answer that is read: many times what 64 pictures of 20,000 classes give as JSON. */
export const largestAnswerBytes = 64 * 1024 * 1024;

/** How long a connection may take to be made; a machine that is gone would otherwise cost each caller all its time. */
export const connectMilliseconds = 5000;

/** `host:port`, as in an address line. */
export function authority({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
