/** A prediction server that answers what a test tells it to, and remembers what it was asked. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  /** A text is sent as it is, everything else as JSON. */
  readonly body: unknown;
}

export const goodPrediction = { class_id: 0, confidence: 0.9, processing_time: 0.01, gpu_utilization: null };
export const goodHealth = { status: 'healthy', model_loaded: true, gpu_available: false };

export class ScriptedServer {
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => Told = ({ path }) => ({ body: path === '/health' ? goodHealth : goodPrediction });
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('latin1');
        const one = { path: request.url ?? '', headers: request.headers, body };
        this.asked.push(one);
        const { status = 200, body: told } = this.answer(one);
        response.writeHead(status).end(typeof told === 'string' ? told : JSON.stringify(told));
      });
    });
  }

  static async start(): Promise<ScriptedServer> {
    const scripted = new ScriptedServer();
    await new Promise<void>((resolve) => scripted.#server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
