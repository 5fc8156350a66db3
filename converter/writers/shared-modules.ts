/** The ONNX files of one model; signatures that compute the same share them, weights and all. */
import { createHash } from 'node:crypto';
import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import { writeOnnx } from './onnx.ts';

export class SharedModules {
  readonly byName = new Map<string, Uint8Array>();
  readonly #nameByHash = new Map<string, string>();

  /** @param stem says what the module is for; @returns the name of the module, which may be an older one. */
  add(stem: string, graph: OnnxGraph): string {
    const bytes = writeOnnx(graph, stem);
    const hash = createHash('sha256').update(bytes).digest('hex');
    const existing = this.#nameByHash.get(hash);
    if (existing !== undefined) return existing;
    const name = `${stem}-${this.byName.size}`;
    this.#nameByHash.set(hash, name);
    this.byName.set(name, bytes);
    return name;
  }
}
