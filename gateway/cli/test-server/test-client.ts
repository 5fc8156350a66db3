/** Talks to the server under test as a stranger would, and keeps the time of every answer. */

export interface TestClientOptions {
  /** Where the server is; may have a path of its own. */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly timeoutSeconds: number;
  readonly stop: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** The parsed JSON; `undefined` when the body is none. */
  readonly body: unknown;
  readonly headers: Headers;
  readonly milliseconds: number;
}

/** A picture to send, and the name it is sent under. */
export interface SentPicture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** No answer came; the message says why, in a sentence without the address. */
export class NoAnswer extends Error {}

export class TestClient {
  readonly #options: TestClientOptions;

  constructor(options: TestClientOptions) {
    this.#options = options;
  }

  /** @throws NoAnswer */
  async get(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  /**
   * The pictures as files of one form.
   *
   * @throws NoAnswer
   */
  async post(path: string, pictures: readonly SentPicture[], field = 'file'): Promise<Answer> {
    const form = new FormData();
    for (const { name, bytes } of pictures) form.append(field, new Blob([Uint8Array.from(bytes)]), name);
    return this.#ask(path, { method: 'POST', body: form });
  }

  /**
   * The same request with another key, or with none.
   *
   * @throws NoAnswer
   */
  withKey(apiKey: string | undefined): TestClient {
    return new TestClient({ ...this.#options, apiKey });
  }

  async #ask(path: string, request: RequestInit): Promise<Answer> {
    const { url, apiKey, timeoutSeconds, stop } = this.#options;
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    const began = performance.now();
    try {
      const response = await fetch(url.replace(/\/+$/, '') + path, {
        ...request,
        ...(apiKey === undefined
          ? {}
          : { headers: { Authorization: `Bearer ${apiKey}`, 'X-API-Key': apiKey } }),
        signal: AbortSignal.any([timeout, stop]),
      });
      const text = await response.text();
      const milliseconds = performance.now() - began;
      return { status: response.status, body: parsed(text), headers: response.headers, milliseconds };
    } catch (cause) {
      throw new NoAnswer(
        reasonOf(cause, { isLate: timeout.aborted, isStopped: stop.aborted, timeoutSeconds }),
        {
          cause,
        },
      );
    }
  }
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_SOCKET: 'the connection was cut',
};

function reasonOf(
  cause: unknown,
  {
    isLate,
    isStopped,
    timeoutSeconds,
  }: { readonly isLate: boolean; readonly isStopped: boolean; readonly timeoutSeconds: number },
): string {
  if (isStopped) return 'stopped';
  if (isLate) return `no answer within ${timeoutSeconds} s`;
  const code = codeOf(cause);
  return reasons[code] ?? `the connection failed${code === '' ? '' : ` (${code})`}`;
}

/** `fetch` wraps the system's error, and that of several addresses once more. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
