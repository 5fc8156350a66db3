/** Gathers the repeated numbers of a message, each field into a typed array of its own. */
import { MalformedBytes } from '../protobuf/malformed-bytes.ts';
import { RepeatedNumbers } from '../protobuf/packed-numbers.ts';
import type { ProtobufField } from '../protobuf/protobuf-reader.ts';
import type { WireType } from '../protobuf/wire-cursor.ts';

export interface NumberField<Message> {
  /** The wire type of a number that comes alone. */
  readonly single: WireType;
  /** The part of the message that the field is. */
  readonly part: (packed: Uint8Array) => Message;
}

export class NumberFields<Message extends object> {
  readonly #known: ReadonlyMap<number, NumberField<Message>>;
  readonly #lists = new Map<number, RepeatedNumbers>();

  /** @param known by their numbers */
  constructor(known: ReadonlyMap<number, NumberField<Message>>) {
    this.#known = known;
  }

  /**
   * @returns whether it was one of them
   * @throws MalformedBytes
   */
  take(field: ProtobufField): boolean {
    const known = this.#known.get(field.number);
    if (known === undefined) return false;
    const list = this.#lists.get(field.number) ?? new RepeatedNumbers();
    this.#lists.set(field.number, list);
    list.add(field, known.single);
    return true;
  }

  /** @throws MalformedBytes */
  parts(): readonly Message[] {
    return Array.from(this.#lists, ([number, { packed }]) => {
      const known = this.#known.get(number);
      if (known === undefined) throw new MalformedBytes('A list of a field that nobody knows.');
      return known.part(packed);
    });
  }
}
