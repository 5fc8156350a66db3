/** Finds the checkpoint keys of a model's objects by walking both object graphs, the model's and the checkpoint's. */
import type { CheckpointObject } from './checkpoint-object-graph.ts';
import type { SavedObject } from './saved-object-graph.ts';

/**
 * Names of variables need not differ; the way to them from the model does, and TensorFlow restores by it too.
 *
 * @returns the key of each object that has a value, by its place among `objects`.
 */
export function trackedKeys(
  objects: readonly SavedObject[],
  checkpoint: readonly CheckpointObject[],
): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  const stored = new Map([[0, 0]]);
  const waiting = [0];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const twin = checkpoint[stored.get(place) ?? -1];
    if (twin?.key !== undefined) keys.set(place, twin.key);
    for (const [name, child] of objects[place]?.children ?? []) {
      const childTwin = twin?.children.get(name);
      if (childTwin === undefined || stored.has(child)) continue;
      stored.set(child, childTwin);
      waiting.push(child);
    }
  }
  return keys;
}
