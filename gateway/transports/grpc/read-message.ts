/** Reads a message, and says in words for the client when it is none. */
import { ServingError } from '../../domain/errors.ts';

/** @throws ServingError of the reader, or `invalid-input` in the place of anything else that it throws */
export function readMessage<Bytes, Message>(read: (bytes: Bytes) => Message, bytes: Bytes): Message {
  try {
    return read(bytes);
  } catch (cause) {
    if (cause instanceof ServingError) throw cause;
    const sentence = 'The message is no valid protocol buffer of the type that the method takes.';
    throw new ServingError('invalid-input', sentence, { cause });
  }
}
