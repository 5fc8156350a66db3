/** Gathers the repeated numbers of a message, each field into a typed array of its own. */
import { RepeatedNumbers } from '../protobuf/packed-numbers.ts';
import type { ProtobufField } from '../protobuf/protobuf-reader.ts';
import type { WireType } from '../protobuf/wire-cursor.ts';

export interface NumberField<Message> {
  /** The wire type of a number that comes alone. */
  readonly single: WireType;
  /** The part of the message that the field is. */
  readonly part: (packed: Uint8Array) => Message;
}

/** Of one field. */
interface Gathered<Message> {
  readonly known: NumberField<Message>;
  readonly numbers: RepeatedNumbers;
}

export class NumberFields<Message extends object> {
  readonly #known: ReadonlyMap<number, NumberField<Message>>;
  readonly #gathered = new Map<number, Gathered<Message>>();

  /** @param known by their numbers */
  constructor(known: ReadonlyMap<number, NumberField<Message>>) {
    this.#known = known;
  }

  /**
   * @returns whether it was one of them
   * @throws MalformedBytes
   */
  take(field: ProtobufField): boolean {
    const gathered = this.#gathered.get(field.number) ?? this.#begun(field.number);
    gathered?.numbers.add(field, gathered.known.single);
    return gathered !== undefined;
  }

  /** @throws MalformedBytes */
  parts(): readonly Message[] {
    return Array.from(this.#gathered.values(), ({ known, numbers }) => known.part(numbers.packed));
  }

  #begun(number: number): Gathered<Message> | undefined {
    const known = this.#known.get(number);
    if (known === undefined) return undefined;
    const gathered = { known, numbers: new RepeatedNumbers() };
    this.#gathered.set(number, gathered);
    return gathered;
  }
}
