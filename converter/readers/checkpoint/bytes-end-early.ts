/** The error for bytes that end before what they announce, with the size that would be enough. */
import { MalformedBytes } from '../../../gateway/protobuf/malformed-bytes.ts';

export class BytesEndEarly extends MalformedBytes {
  /** Bytes that would have to be there, counted from the beginning. */
  readonly needed: number;

  constructor(needed: number, available: number) {
    super(`Byte ${needed} is needed where ${available} bytes are there.`);
    this.name = 'BytesEndEarly';
    this.needed = needed;
  }
}
