/** An HTTP client with one connection that it keeps, to see whether a server goes on answering on it. */
import http from 'node:http';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The port that the connection has on this side: the same for the same connection. */
  readonly localPort: number;
}

export interface KeptRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export class KeepAliveCaller {
  readonly #port: number;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  send({ method = 'POST', path, headers = {}, body = '' }: KeptRequest): Promise<KeptAnswer> {
    return new Promise((resolve, reject) => {
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      const sent = http.request(
        {
          port: this.#port,
          host: '127.0.0.1',
          agent: this.#agent,
          method,
          path,
          headers: { ...length, ...headers },
        },
        (answer) => {
          const localPort = answer.socket.localPort ?? 0;
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const { statusCode: status = 0, headers: given } = answer;
            resolve({ status, headers: given, body: Buffer.concat(chunks), localPort });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
