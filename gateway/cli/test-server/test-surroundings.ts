/** What a test of a prediction server has to work with, and what it is. */
import type { ExpectedClass } from './expected-class.ts';
import type { SentPicture, TestClient } from './test-client.ts';

export interface TestSurroundings {
  readonly client: TestClient;
  /** One or more. */
  readonly pictures: readonly SentPicture[];
  readonly expectedClass: ExpectedClass;
  readonly hasKey: boolean;
  readonly stop: AbortSignal;
  /** Tells how far a test is that takes long. */
  readonly progress: (text: string) => void;
}

export interface ServerTest {
  readonly title: string;
  /**
   * @returns what was seen, in a few words
   * @throws TestFailure, SkippedTest or NoAnswer
   */
  readonly run: (surroundings: TestSurroundings) => Promise<string>;
}
