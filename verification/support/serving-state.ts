/** What a stand-in for TensorFlow Serving remembers and how a test makes it wait, whichever protocol it is asked over. */
import type { ServerResponse } from 'node:http';
import type { sendUnaryData } from '@grpc/grpc-js';
import { isJpeg, rowOf, servedSignatures, servingModel, signatureNames } from './serving-model.ts';
import type { ServedRow, ServedSignature } from './serving-model.ts';

export interface ReceivedQuestion {
  readonly protocol: 'rest' | 'grpc';
  readonly signature: string;
  /** One for each row, as it came. */
  readonly rows: readonly Uint8Array[];
}

/** A question the stand-in refuses, in the words of TensorFlow Serving. */
export class Refusal extends Error {
  readonly code: 'INVALID_ARGUMENT' | 'NOT_FOUND' | 'UNAVAILABLE';

  constructor(code: Refusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export class ServingState {
  readonly received: ReceivedQuestion[] = [];
  /** What the status of the model says; emptied, the model is unknown. */
  versions: { readonly version: number; readonly state: string }[] = [
    { version: servingModel.version, state: 'AVAILABLE' },
  ];
  /** Names of the signatures that the metadata shows. */
  signatures: readonly string[] = Object.keys(servedSignatures);
  /** Names of the outputs whose rank the metadata leaves open. */
  openRanks: readonly string[] = [];
  /** Answers a prediction over REST in place of the model. */
  misbehave: ((response: ServerResponse) => void) | undefined;
  /** Answers a prediction over gRPC in place of the model. */
  misbehaveGrpc: ((answer: sendUnaryData<object>) => void) | undefined;
  /** HTTP status of the answer about states: a Fovea in its place says 503 while no version can answer. */
  httpStatusOfStates = 200;
  /** Whether it is not available even for questions about states, as a proxy says of a server that is away. */
  isAway = false;
  /** Questions about states so far. */
  statusQuestions = 0;
  /** Predictions whose caller left before the answer. */
  abandoned = 0;
  #gate: Promise<void> = Promise.resolve();
  #watchers: (() => void)[] = [];

  /** Makes predictions wait until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined;
    this.#gate = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /** Resolves once the condition holds; looked at whenever something happens here. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  changed(): void {
    for (const resolve of this.#watchers.splice(0)) resolve();
  }

  shownSignatures(): readonly (readonly [string, ServedSignature])[] {
    return Object.entries(servedSignatures).filter(([name]) => this.signatures.includes(name));
  }

  countStatusQuestion(name: string): void {
    this.statusQuestions += 1;
    this.changed();
    if (this.isAway) throw new Refusal('UNAVAILABLE', 'no healthy upstream');
    if (name !== servingModel.name || this.versions.length === 0) {
      throw new Refusal('NOT_FOUND', `Could not find any versions of model ${name}`);
    }
  }

  /** @throws Refusal */
  requireVersion(name: string, version: number): void {
    const held = this.versions.find((one) => one.version === version && one.state === 'AVAILABLE');
    if (name !== servingModel.name || held === undefined) {
      throw new Refusal('NOT_FOUND', `Servable not found for request: Specific(${name}, ${version})`);
    }
  }

  /** @throws Refusal */
  async answer(question: ReceivedQuestion): Promise<readonly ServedRow[]> {
    this.received.push(question);
    this.changed();
    await this.#gate;
    if (question.signature === signatureNames.pictures && !question.rows.every(isJpeg)) {
      throw new Refusal(
        'INVALID_ARGUMENT',
        'Unknown image file format. One of JPEG, PNG, GIF, BMP required.',
      );
    }
    return question.rows.map(rowOf);
  }

  countAbandoned(): void {
    this.abandoned += 1;
    this.changed();
  }
}
