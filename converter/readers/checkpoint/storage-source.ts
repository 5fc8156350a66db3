/** Where the bytes of tensors come from, whatever the archive around them. */

export interface StorageSource {
  /** Bytes of all storages together, which bounds what tensors made of them may take. */
  readonly totalBytes: number;
  /**
   * The first `length` bytes of a storage, at the start of a buffer of exactly that length that the caller may keep.
   *
   * @throws MalformedBytes when the storage is missing or shorter; nothing is allocated then.
   */
  read(key: string, length: number): Promise<Uint8Array<ArrayBuffer>>;
}
