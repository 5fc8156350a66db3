/** The part of the WebAssembly interface that is used here; the types of Node.js leave it to those of browsers. */

export interface WasmMemory {
  /** Another one after every growth, which detaches the one before. */
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KiB. @throws RangeError when there is no more memory */
  grow(pages: number): number;
}

export interface WebAssemblyInterface {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  /** Whether this machine and this version of Node.js run the module. */
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

declare const WebAssembly: WebAssemblyInterface | undefined;

/** `null` where it is switched off. */
export const webAssembly = typeof WebAssembly === 'undefined' ? null : WebAssembly;
