/** Tells what a file is by its first bytes, whatever its name says. */

export type CheckpointKind = 'zip' | 'pickle' | 'safetensors';

/** Either a checkpoint, or what it is instead and what to do about it. */
export type FileKind =
  { readonly kind: CheckpointKind } | { readonly kind: 'other'; readonly advice: string };

/** How many bytes decide. */
export const decidingBytes = 512;

interface Sign {
  readonly seen: (bytes: Buffer, size: number) => boolean;
  readonly kind: FileKind;
}

const other = (advice: string): FileKind => ({ kind: 'other', advice });

const begins =
  (...beginnings: readonly string[]): Sign['seen'] =>
  (bytes) =>
    beginnings.some((beginning) =>
      bytes.subarray(0, beginning.length).equals(Buffer.from(beginning, 'latin1')),
    );

const holds =
  (at: number, text: string): Sign['seen'] =>
  (bytes) =>
    bytes.toString('latin1', at, at + text.length) === text;

const matches =
  (pattern: RegExp): Sign['seen'] =>
  (bytes) =>
    pattern.test(bytes.toString('latin1'));

/** The first that is seen counts; the vaguest stand last. */
const signs: readonly Sign[] = [
  { seen: (_bytes, size) => size === 0, kind: other('is empty; fetch it again') },
  { seen: begins('PK\x03\x04', 'PK\x05\x06'), kind: { kind: 'zip' } },
  { seen: isSafetensors, kind: { kind: 'safetensors' } },
  // Protocol 2 and later say so; earlier ones begin with a class or with a mark and a class.
  { seen: isPickle, kind: { kind: 'pickle' } },
  {
    seen: matches(/^\s*<(!doctype|html|head|\?xml)/i),
    kind: other('is a web page, not a checkpoint: the download went wrong; fetch the file itself'),
  },
  {
    seen: begins('version https://git-lfs'),
    kind: other('is only a pointer of Git LFS; fetch the file itself with git lfs pull'),
  },
  // Field 1 is the schema's version in a SavedModel, always 1, and the format's version in ONNX, at least 3.
  {
    seen: begins('\x08\x01\x12'),
    kind: other('is the graph of a SavedModel, not a checkpoint; a SavedModel is served as it is'),
  },
  {
    seen: isOnnx,
    kind: other('is an ONNX model, not a checkpoint; it needs no conversion of weights'),
  },
  {
    seen: begins('\x89HDF\r\n\x1a\n'),
    kind: other('is an HDF5 file, as Keras writes; export the model as a SavedModel and convert that'),
  },
  { seen: holds(4, 'TFL3'), kind: other('is a TensorFlow Lite model; give the weights it was made from') },
  { seen: begins('\x1f\x8b'), kind: other('is packed with gzip; unpack it and give what is inside') },
  {
    seen: holds(257, 'ustar'),
    kind: other('is a tar archive; unpack it and give what is inside, or save it again with a newer PyTorch'),
  },
  {
    seen: begins('\xff\xd8\xff', '\x89PNG', 'GIF8'),
    kind: other('is a picture, not a checkpoint; give a file of weights'),
  },
  { seen: isText, kind: other('is a text file, not a checkpoint; give a file of weights') },
];

/** @param beginning the first `decidingBytes` of the file, or all when it is shorter. */
export function fileKindOf(beginning: Uint8Array, size: number): FileKind {
  const bytes = Buffer.from(beginning);
  return (
    signs.find(({ seen }) => seen(bytes, size))?.kind ??
    other('is no checkpoint this program knows: PyTorch (.pth, .pt) and safetensors are')
  );
}

/** Eight letters, read as a length, would be far more. */
function isSafetensors(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes.readBigUInt64LE(0) < 2n ** 40n;
}

function isPickle(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  return (
    (first === 0x80 && second >= 2 && second <= 5) ||
    /^\(?[ci][\w.]+\n[\w.]+\n/.test(bytes.toString('latin1'))
  );
}

/** The format's version, then one of the model's other fields that hold a text or a message. */
function isOnnx(bytes: Buffer): boolean {
  const [first, version = 0, next = 0] = bytes;
  return first === 0x08 && version >= 2 && version < 0x20 && next % 8 === 2 && next > 8 && next < 0x48;
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
