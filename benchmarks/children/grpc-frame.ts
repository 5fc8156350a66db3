/** A message as gRPC puts it on the wire: not compressed, its length, its bytes. */
export const frameHeadBytes = 5;

export function grpcFrame(message: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}
