/** A real HTTP server that offers model files as an archive and one by one, and misbehaves when told to. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How the server behaves; may be changed between requests. */
export interface Misbehaviour {
  /** Cuts the connection of the next longer answer after so many bytes of its body, once. */
  cutAfterBytes?: number | undefined;
  /** Inverts the byte at this position of each file. */
  corruptByte?: number | undefined;
  /** Sends the whole file whatever range was asked for. */
  ignoresRanges?: boolean;
  /** Answers with this status and no file. */
  status?: number;
  /** Waits so long after each piece of the body. */
  pauseMilliseconds?: number;
  /** Answers with a redirect to this address. */
  redirect?: string;
  /** Leaves out the entity tag. */
  hasNoTag?: boolean;
}

export interface ServedRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  /** Bytes of body handed to the connection. */
  sentBytes: number;
}

export interface ModelMirror {
  /** Such as `http://127.0.0.1:40123`. */
  readonly address: string;
  readonly behaviour: Misbehaviour;
  /** In the order of arrival. */
  readonly requests: readonly ServedRequest[];
  /** Replaces what is served under a path. */
  serve(path: string, content: Buffer): void;
  close(): Promise<void>;
}

const pieceBytes = 16 * 1024;

interface Piece {
  readonly start: number;
  readonly body: Buffer;
  readonly tag: string;
}

function requestedPiece(request: IncomingMessage, content: Buffer, behaviour: Misbehaviour): Piece {
  const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
  const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  const isSame = condition === undefined || condition === tag;
  const start = range === null || behaviour.ignoresRanges === true || !isSame ? 0 : Number(range[1]);
  return { start, body: content.subarray(start), tag };
}

function writeHead(response: ServerResponse, piece: Piece, behaviour: Misbehaviour): void {
  const total = piece.start + piece.body.length;
  response.writeHead(piece.start > 0 ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': piece.body.length,
    ...(behaviour.hasNoTag === true ? {} : { etag: piece.tag }),
    ...(piece.start > 0 ? { 'content-range': `bytes ${piece.start}-${total - 1}/${total}` } : {}),
  });
}

async function sendBody(
  response: ServerResponse,
  piece: Piece,
  behaviour: Misbehaviour,
  served: ServedRequest,
): Promise<void> {
  const cut = piece.body.length > (behaviour.cutAfterBytes ?? Infinity) ? behaviour.cutAfterBytes : undefined;
  if (cut !== undefined) {
    behaviour.cutAfterBytes = undefined;
  }
  const end = Math.min(piece.body.length, cut ?? Infinity);
  for (let at = 0; at < end && !response.destroyed; at += pieceBytes) {
    const part = piece.body.subarray(at, Math.min(end, at + pieceBytes));
    await new Promise<void>((resolve) => {
      response.write(part, () => {
        resolve();
      });
    });
    served.sentBytes += part.length;
    if (behaviour.pauseMilliseconds !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, behaviour.pauseMilliseconds));
    }
  }
  if (cut === undefined) {
    response.end();
  } else {
    response.destroy();
  }
}

/** Starts a server on a free port of this machine. */
export async function startModelMirror(behaviour: Misbehaviour = {}): Promise<ModelMirror> {
  const contents = new Map<string, Buffer>();
  const requests: ServedRequest[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { range, 'if-range': ifRange } = request.headers;
    const served = { path: request.url ?? '', range, ifRange: ifRange?.toString(), sentBytes: 0 };
    requests.push(served);
    const content = contents.get(served.path);
    if (behaviour.redirect !== undefined) {
      response.writeHead(302, { location: behaviour.redirect }).end();
    } else if (behaviour.status !== undefined || content === undefined) {
      response.writeHead(behaviour.status ?? 404).end('<html>not a model</html>');
    } else {
      const sent = Buffer.from(content);
      if (behaviour.corruptByte !== undefined) {
        sent.writeUInt8(sent.readUInt8(behaviour.corruptByte) ^ 0xff, behaviour.corruptByte);
      }
      const piece = requestedPiece(request, sent, behaviour);
      writeHead(response, piece, behaviour);
      await sendBody(response, piece, behaviour, served);
    }
  };
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') {
    throw new Error('the test server has no port');
  }
  return {
    address: `http://127.0.0.1:${bound.port}`,
    behaviour,
    requests,
    serve: (path, content) => {
      contents.set(path, content);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
