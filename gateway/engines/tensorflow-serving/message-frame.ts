/** A message as gRPC puts it on the wire: not compressed, its length, its bytes. */

/** One byte that says whether the message is compressed, four for its length. */
export const frameHeadBytes = 5;

/** @param message its bytes in their order */
export function framedMessage(message: readonly Uint8Array[]): readonly Uint8Array[] {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32BE(
    message.reduce((sum, { byteLength }) => sum + byteLength, 0),
    1,
  );
  return [head, ...message];
}
