/** Listens for HTTP and stops politely. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type Koa from 'koa';
import { expectContinue } from './expect-continue.ts';
import { refuseMalformedRequest, shuttingDown } from './malformed-request.ts';

export interface HttpServerOptions {
  /** Time for a whole request to arrive. */
  readonly requestTimeoutMilliseconds?: number;
  readonly headersTimeoutMilliseconds?: number;
}

export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

/** Longer than the 60 s after which common proxies drop an idle connection, so that it is they who close. */
const KEEP_ALIVE_MILLISECONDS = 65_000;
const DEFAULT_REQUEST_MILLISECONDS = 60_000;
const DEFAULT_HEADERS_MILLISECONDS = 10_000;
const TIMEOUT_CHECK_MILLISECONDS = 2_000;
const IDLE_CHECK_MILLISECONDS = 50;
/** How long a server that stops waits for the next byte of a request. */
const STALL_MILLISECONDS = 1_000;

export class HttpServer {
  readonly #server: Server;
  /** The newest answer of every connection; none yet on those that have not asked, which Node does not call idle. */
  readonly #answers = new Map<Socket, ServerResponse | undefined>();
  #isClosing = false;

  constructor(application: Koa, options: HttpServerOptions = {}) {
    const handle = application.callback();
    this.#server = createServer({
      requestTimeout: options.requestTimeoutMilliseconds ?? DEFAULT_REQUEST_MILLISECONDS,
      headersTimeout: options.headersTimeoutMilliseconds ?? DEFAULT_HEADERS_MILLISECONDS,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MILLISECONDS,
      // The application refuses it instead, in JSON and with a line in the log.
      requireHostHeader: false,
    });
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answers.set(request.socket, response);
      if (this.#isClosing) response.setHeader('Connection', 'close');
      void handle(request, response);
    };
    this.#server.on('connection', (socket) => {
      this.#answers.set(socket, undefined);
      socket.once('close', () => this.#answers.delete(socket));
    });
    this.#server.on('request', take);
    this.#server.on('checkExpectation', take);
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      expectContinue(request, response);
      take(request, response);
    });
    this.#server.on('clientError', (error, socket) => {
      this.#refuse(error, socket);
    });
  }

  /**
   * @param address port 0 takes any free one
   * @returns where it really listens
   * @throws the system's error, such as EADDRINUSE or EACCES
   */
  async listen({ host, port }: ListeningAddress): Promise<ListeningAddress> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const bound = this.#server.address();
    return bound === null || typeof bound === 'string'
      ? { host, port }
      : { host: bound.address, port: bound.port };
  }

  /**
   * Takes no new connection, lets requests inside finish with answers that say `Connection: close`, closes idle
   * connections as they fall idle, and those on which a request has stopped arriving; whatever is left after the grace
   * period is cut off.
   *
   * @returns whether everything inside could finish
   */
  async close(graceMilliseconds: number): Promise<boolean> {
    this.#isClosing = true;
    if (!this.#server.listening) return true;
    let isFinished = true;
    const refuseStalled = this.#stallWatch();
    const idle = setInterval(() => {
      this.#server.closeIdleConnections();
      refuseStalled();
    }, IDLE_CHECK_MILLISECONDS);
    const grace = setTimeout(() => {
      // What has not arrived in full by now was never inside.
      isFinished = ![...this.#answers.values()].some(isInside);
      this.#server.closeAllConnections();
    }, graceMilliseconds);
    for (const [socket, answer] of this.#answers) {
      if (answer === undefined) socket.destroy();
      // A client that was not told would send its next request into a connection that is gone.
      else if (!answer.headersSent) answer.setHeader('Connection', 'close');
    }
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    clearInterval(idle);
    clearTimeout(grace);
    return isFinished;
  }

  /** The result, called again and again, refuses requests of which nothing more has come for too long. */
  #stallWatch(): () => void {
    const last = new Map<Socket, { readonly bytes: number; readonly at: number }>();
    return () => {
      const now = performance.now();
      for (const [socket, answer] of this.#answers) {
        const seen = last.get(socket);
        if (isInside(answer) || seen?.bytes !== socket.bytesRead) {
          last.set(socket, { bytes: socket.bytesRead, at: now });
        } else if (now - seen.at >= STALL_MILLISECONDS) {
          last.delete(socket);
          this.#refuse(Object.assign(new Error('shutting down'), { code: shuttingDown }), socket);
        }
      }
    };
  }

  /** An answer already begun cannot be followed by another. */
  #refuse(error: Error, socket: Duplex): void {
    const answer = isSocket(socket) ? this.#answers.get(socket) : undefined;
    if (answer === undefined || answer.writableFinished) refuseMalformedRequest(error, socket);
    else if (answer.headersSent) socket.destroy();
    else refuseMalformedRequest(error, socket, answer);
  }
}

/** Whether a request has arrived in full and waits for its answer; of a head that follows an answer there is none yet. */
function isInside(answer: ServerResponse | undefined): boolean {
  return answer?.req.complete === true && !answer.writableFinished;
}

function isSocket(stream: object): stream is Socket {
  return 'remoteAddress' in stream;
}
