/** A gateway with a backend behind it that answers at once: what the scenarios about the second tier begin with. */
import path from 'node:path';
import type { Bench } from '../bench.ts';
import { madePictures } from '../surroundings/made-pictures.ts';
import { withListener } from './listening.ts';
import { withServer, type ServerProcess } from './server-process.ts';

export const tierProtocols = ['rest', 'grpc'] as const;
export type TierProtocol = (typeof tierProtocols)[number];

/** As people say them. */
export const protocolWords: Readonly<Record<TierProtocol, string>> = { rest: 'REST', grpc: 'gRPC' };

export const classifyPath = '/classify/resnet';

/** Until then the code of a request is interpreted, or compiled on the processors that the requests need. */
export const warmUpItems = 4000;

/** What a photograph on the web has. */
export const pictureBytes = 100_000;

/**
 * What it reads from a connection are pieces of 64 KiB outside its heap. With young memory of the usual size, collecting them
 * takes 30 µs or 80 of a picture, by what came before; the backend is not what is measured.
 */
const backendOptions = ['--max-semi-space-size=1'];

export interface SecondTier {
  /** Ports of the backend. */
  readonly backend: Readonly<Record<TierProtocol, number>>;
  /** Absolute paths of JPEG files of 100 kB. */
  readonly pictures: readonly string[];
}

export async function withBackend(bench: Bench, use: (tier: SecondTier) => Promise<void>): Promise<void> {
  bench.progress('making pictures');
  const pictures = await madePictures(path.join(bench.scratch, 'pictures'), pictureBytes);
  await withListener(
    'constant-backend',
    {},
    ({ rest = NaN, grpc = NaN }) => use({ backend: { rest, grpc }, pictures }),
    backendOptions,
  );
}

/** A gateway that asks the backend over one protocol. */
export function withGateway(
  bench: Bench,
  { backend }: SecondTier,
  protocol: TierProtocol,
  use: (gateway: ServerProcess) => Promise<void>,
): Promise<void> {
  const settings = { TF_SERVICE: `127.0.0.1:${backend[protocol]}`, TF_PROTOCOL: protocol };
  return withServer(bench, { settings }, use);
}
