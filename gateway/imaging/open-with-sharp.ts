/** Loads sharp when the first picture needs it, set up for a house that has its own threads. */
import type { Sharp, SharpOptions } from 'sharp';

type OpenImage = (bytes: Uint8Array, options: SharpOptions) => Sharp;

let loading: Promise<OpenImage> | undefined;

/** Importing costs a worker thread 45 to 95 ms and the process 30 MB, which most servers never need. */
export async function openWithSharp(bytes: Uint8Array, options: SharpOptions): Promise<Sharp> {
  loading ??= loadSharp();
  const open = await loading;
  return open(bytes, options);
}

async function loadSharp(): Promise<OpenImage> {
  const { default: sharp } = await import('sharp');
  // Workers are the parallelism of this house; libvips' own threads and cache would only add memory.
  sharp.concurrency(1);
  sharp.cache(false);
  return (bytes, options) => sharp(bytes, options);
}
