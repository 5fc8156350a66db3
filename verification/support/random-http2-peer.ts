/** A server that says whatever HTTP/2 allows, by chance, and counts whether the other side keeps to what it was told. */
import { Flags, frame, literal, okBlock, settings, Type, word, type RawFrame } from './http2-frames.ts';
import type { RawPeer } from './raw-http2-backend.ts';

/** What a client may count on: RFC 9113, section 6.5.2. */
interface Limits {
  readonly window: number;
  readonly frameBytes: number;
  readonly calls: number;
}

interface OpenCall {
  /** Bytes that the client may send. */
  credit: number;
  /** Bytes that may be sent to it. */
  room: number;
  readonly body: Buffer[];
  isWhole: boolean;
  isAnswered: boolean;
  /** What has not been sent; undefined until the whole question has come. */
  answer: Buffer | undefined;
}

const usualLimits: Limits = { window: 65_535, frameBytes: 16_384, calls: Infinity };
const longestFrameBytes = 16_384;

export class RandomHttp2Peer {
  /** What the client did that it may not. */
  readonly wrong: string[] = [];
  /** How the calls ended, by their numbers: how often the question came back, or the code of a reset. */
  readonly endings = new Map<number, { readonly copies: number } | { readonly reset: number }>();
  readonly #random: () => number;
  readonly #calls = new Map<number, OpenCall>();
  #credit = usualLimits.window;
  #room = usualLimits.window;
  #roomOfCalls = usualLimits.window;
  #limits = usualLimits;
  /** That the client has not acknowledged. */
  readonly #told: Partial<Limits>[] = [{}];
  #latest = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A frame of the client. */
  take(one: RawFrame, peer: RawPeer): void {
    const { type, flags, stream, payload } = one;
    const call = this.#calls.get(stream);
    if (type === Type.settings) this.#takeSettings(one, peer);
    else if (type === Type.window) this.#widen(stream, payload.readUInt32BE(0));
    else if (type === Type.headers) this.#begin(stream, (flags & Flags.end) !== 0);
    else if (type === Type.reset) this.#calls.delete(stream);
    else if (type === Type.data) this.#takeData(one, call);
  }

  /** Says something, or nothing. */
  speak(peer: RawPeer): void {
    const said: Buffer[] = [];
    if (this.#chance(0.1)) said.push(frame(Type.ping, 0, 0, Buffer.alloc(8, 'ping')));
    if (this.#chance(0.1)) said.push(frame(77, this.#upTo(256), this.#upTo(9), Buffer.alloc(this.#upTo(50))));
    if (this.#chance(0.1)) said.push(frame(Type.priority, 0, 1, Buffer.alloc(5)));
    if (this.#chance(0.1)) said.push(this.#newLimits());
    if (this.#credit < 30_000) said.push(this.#widening(0));
    for (const [stream, call] of this.#calls) {
      if (call.answer !== undefined) said.push(...this.#goOn(stream, call));
      else if (call.credit < 5000 && this.#chance(0.5)) said.push(this.#widening(stream, call));
      else if (this.#chance(0.003)) said.push(this.#reset(stream));
    }
    peer.send(...said);
  }

  #takeSettings({ flags, payload }: RawFrame, peer: RawPeer): void {
    if ((flags & Flags.ack) === 0) {
      for (let at = 0; at < payload.length; at += 6) {
        if (payload.readUInt16BE(at) === 4) this.#roomOfCalls = payload.readUInt32BE(at + 2);
      }
      peer.send(frame(Type.settings, Flags.ack, 0));
      return;
    }
    const told = this.#told.shift();
    if (told === undefined) this.wrong.push('settings acknowledged that nobody sent');
    const limits = { ...this.#limits, ...told };
    for (const call of this.#calls.values()) call.credit += limits.window - this.#limits.window;
    this.#limits = limits;
  }

  #widen(stream: number, bytes: number): void {
    const call = this.#calls.get(stream);
    if (stream === 0) this.#room += bytes;
    else if (call !== undefined) call.room += bytes;
    if (this.#room > 2 ** 23 || (call?.room ?? 0) > 2 ** 23)
      this.wrong.push('more room than at the beginning');
  }

  #begin(stream: number, isWhole: boolean): void {
    if (stream !== this.#latest + (this.#latest === 0 ? 1 : 2)) this.wrong.push(`call ${stream} out of turn`);
    this.#latest = stream;
    const call: OpenCall = {
      credit: this.#limits.window,
      room: this.#roomOfCalls,
      body: [],
      isWhole,
      isAnswered: false,
      answer: undefined,
    };
    this.#calls.set(stream, call);
    if (this.#calls.size > this.#limits.calls) this.wrong.push(`${this.#calls.size} calls at once`);
    if (isWhole) this.#decide(stream, call);
  }

  #takeData({ stream, flags, payload: { length }, payload }: RawFrame, call: OpenCall | undefined): void {
    this.#credit -= length;
    if (this.#credit < 0) this.wrong.push('more than the connection takes');
    if (length > this.#limits.frameBytes) this.wrong.push(`a frame of ${length} bytes`);
    if (call === undefined) return;
    call.credit -= length;
    if (call.credit < 0) this.wrong.push(`more than call ${stream} takes`);
    if (call.isWhole) this.wrong.push(`data after the end of call ${stream}`);
    call.body.push(payload);
    call.isWhole = (flags & Flags.end) !== 0;
    if (call.isWhole) this.#decide(stream, call);
  }

  #decide(stream: number, call: OpenCall): void {
    const copies = this.#upTo(8);
    call.answer = Buffer.concat(Array<Buffer>(copies).fill(Buffer.concat(call.body)));
    this.endings.set(stream, { copies });
  }

  #newLimits(): Buffer {
    const [window, frameBytes, calls] = [this.#upTo(50_000), 16_384 + this.#upTo(80_000), 1 + this.#upTo(12)];
    const chosen: readonly (readonly [number, Partial<Limits>])[] = [
      [4, { window }],
      [5, { frameBytes }],
      [3, { calls }],
    ];
    const told = chosen.filter(() => this.#chance(0.5));
    this.#told.push(Object.assign({}, ...told.map(([, limit]) => limit)) as Partial<Limits>);
    return settings(
      Object.fromEntries(told.map(([number, limit]) => [number, Object.values(limit)[0] ?? 0])),
    );
  }

  #widening(stream: number, call?: OpenCall): Buffer {
    const bytes = 1 + this.#upTo(40_000);
    if (call === undefined) this.#credit += bytes;
    else call.credit += bytes;
    return frame(Type.window, 0, stream, word(bytes));
  }

  #reset(stream: number): Buffer {
    const code = this.#upTo(12);
    this.#calls.delete(stream);
    this.endings.set(stream, { reset: code });
    return frame(Type.reset, 0, stream, word(code));
  }

  /** The next part of an answer. */
  #goOn(stream: number, call: OpenCall): readonly Buffer[] {
    if (this.#chance(0.3)) return [];
    if (!call.isAnswered) {
      call.isAnswered = true;
      return this.#headers(stream, okBlock, 0);
    }
    if (call.answer === undefined || call.answer.length === 0) {
      this.#calls.delete(stream);
      return this.#headers(stream, literal('grpc-status', '0'), Flags.end);
    }
    return this.#data(stream, call, call.answer);
  }

  #data(stream: number, call: OpenCall, answer: Buffer): readonly Buffer[] {
    const padding = this.#chance(0.2) ? this.#upTo(256) : undefined;
    const paddingBytes = padding === undefined ? 0 : padding + 1;
    const most = Math.min(longestFrameBytes, this.#room, call.room) - paddingBytes;
    if (most < 0) return [];
    const bytes = Math.min(answer.length, this.#chance(0.7) ? most : this.#upTo(most + 1));
    call.answer = answer.subarray(bytes);
    call.room -= bytes + paddingBytes;
    this.#room -= bytes + paddingBytes;
    const content = answer.subarray(0, bytes);
    if (padding === undefined) return [frame(Type.data, 0, stream, content)];
    const payload = Buffer.concat([Buffer.of(padding), content, Buffer.alloc(padding, 0x55)]);
    return [frame(Type.data, Flags.padded, stream, payload)];
  }

  /** In one to four frames. */
  #headers(stream: number, block: Buffer, flags: number): readonly Buffer[] {
    const cuts = Array.from({ length: this.#upTo(4) }, () => this.#upTo(block.length + 1)).sort(
      (a, b) => a - b,
    );
    const pieces = [...cuts, block.length].map((end, k) => block.subarray(k === 0 ? 0 : cuts[k - 1], end));
    return pieces.map((piece, k) => {
      const ending = k === pieces.length - 1 ? Flags.endHeaders : 0;
      if (k > 0) return frame(Type.continuation, ending, stream, piece);
      return frame(Type.headers, flags | ending, stream, piece);
    });
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Below the limit. */
  #upTo(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
