/** A recording of HTTP/2 that is no longer what it was: bits, bytes and frames changed by chance. */
import { Flags, frame, Type } from './http2-frames.ts';

type Draw = (limit: number) => number;

const randomBytes = (draw: Draw, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => draw(256)));

/** Each gives the frames with something changed. */
const damages: readonly ((frames: readonly Buffer[], draw: Draw) => readonly Buffer[])[] = [
  (frames, draw) => changed(frames, draw, (bytes, at) => (bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8)))),
  (frames, draw) => changed(frames, draw, (bytes, at) => (bytes[at] = draw(256))),
  // The head of a frame decides the most.
  (frames, draw) => changed(frames, draw, (bytes) => (bytes[draw(9)] = draw(256))),
  (frames, draw) => frames.flatMap((one) => (draw(frames.length) === 0 ? [] : [one])),
  (frames, draw) => frames.flatMap((one) => (draw(frames.length) === 0 ? [one, one] : [one])),
  (frames, draw) => inserted(frames, draw, randomBytes(draw, 1 + draw(20))),
  (frames, draw) => inserted(frames, draw, frame(draw(11), draw(256), draw(14), randomBytes(draw, draw(40)))),
  (frames, draw) =>
    inserted(frames, draw, frame(Type.headers, Flags.endHeaders, 1, randomBytes(draw, draw(60)))),
  (frames, draw) => {
    const at = draw(frames.length);
    return frames.map((one, k) => (k === at ? one.subarray(0, draw(one.length)) : one));
  },
  (frames, draw) => {
    const at = draw(frames.length);
    return [...frames.slice(at), ...frames.slice(0, at)];
  },
];

function changed(
  frames: readonly Buffer[],
  draw: Draw,
  change: (bytes: Buffer, at: number) => void,
): readonly Buffer[] {
  const place = draw(frames.length);
  return frames.map((one, k) => {
    if (k !== place) return one;
    const bytes = Buffer.from(one);
    change(bytes, draw(bytes.length));
    return bytes;
  });
}

function inserted(frames: readonly Buffer[], draw: Draw, bytes: Buffer): readonly Buffer[] {
  const at = draw(frames.length + 1);
  return [...frames.slice(0, at), bytes, ...frames.slice(at)];
}

/** @param random numbers in [0, 1) */
export function damaged(frames: readonly Buffer[], random: () => number): Buffer {
  const draw: Draw = (limit) => Math.floor(random() * limit);
  let result = frames;
  for (let left = 1 + draw(4); left > 0; left -= 1) {
    result = damages[draw(damages.length)]?.(result, draw) ?? result;
  }
  return Buffer.concat(result);
}
