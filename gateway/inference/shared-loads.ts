/** Lets models that are one and the same, under several names, share what is loaded of it. */
import type { Engine, LoadedModel } from '../domain/engine.ts';
import type { ModelVersion } from '../domain/model.ts';

interface Held {
  readonly loaded: LoadedModel;
  holders: number;
}

/**
 * An engine that loads the same folder, with the same way from pictures to its tensors, once for all names, as long as
 * one of them holds it; one after the other, as a registry loads.
 */
export function sharingLoads(engine: Engine): Engine {
  const held = new Map<string, Held>();
  return {
    name: engine.name,
    async load(model, options) {
      const title = sameness(model);
      if (title === undefined) return engine.load(model, options);
      let found = held.get(title);
      if (found === undefined) {
        found = { loaded: await engine.load(model, options), holders: 0 };
        held.set(title, found);
      }
      return share(found, () => held.delete(title));
    },
    close: (graceMilliseconds) => engine.close(graceMilliseconds),
  };
}

/** What two models have in common that are one; `undefined` for a model of which nobody says where it lies. */
function sameness({ folder, preprocessing }: ModelVersion): string | undefined {
  return folder === undefined ? undefined : JSON.stringify([folder, preprocessing]);
}

/** @param forget called when the last holder lets go */
function share(held: Held, forget: () => void): LoadedModel {
  held.holders += 1;
  let closing: Promise<void> | undefined;
  const letGo = async (graceMilliseconds: number | undefined): Promise<void> => {
    held.holders -= 1;
    if (held.holders > 0) return;
    forget();
    await held.loaded.close(graceMilliseconds);
  };
  return {
    signatures: held.loaded.signatures,
    infer: (request, options) => held.loaded.infer(request, options),
    readiness: () => held.loaded.readiness(),
    close: (graceMilliseconds) => (closing ??= letGo(graceMilliseconds)),
  };
}
