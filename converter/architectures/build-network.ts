/** A checkpoint in, a network out: detects the architecture, strips wrappers' prefixes, accounts for every parameter. */
import type { Checkpoint } from '../checkpoint.ts';
import { NetworkBuilder } from '../network/network-builder.ts';
import type { Network } from '../network/model-graph.ts';
import { UnsupportedModel } from '../unsupported-model.ts';
import type { Architecture } from './architecture.ts';
import { architectureNamed, detectArchitecture, otherNames } from './catalogue.ts';
import { Layers } from './layers.ts';
import { Parameters } from './parameters.ts';
import { withoutTransformersNames } from './transformers-names.ts';

export interface BuiltNetwork {
  readonly architecture: Architecture;
  readonly network: Network;
  /** Parameters of the checkpoint that the architecture has no place for. */
  readonly unused: readonly string[];
}

/** What wrappers put before every name: DataParallel, compiled modules, training loops. */
const wrappers = ['module.', '_orig_mod.', 'model.'] as const;
const colourChannels = 3;

/**
 * @param name the architecture; detected from the checkpoint when absent.
 * @throws UnsupportedModel when none fits, or a parameter is missing, of another shape or not a number.
 */
export function buildNetwork(wrapped: Checkpoint, name?: string): BuiltNetwork {
  const checkpoint = withoutTransformersNames(unwrapped(wrapped));
  const architecture = name === undefined ? detectArchitecture(checkpoint) : architectureNamed(name);
  const parameters = new Parameters(architecture.name, checkpoint, otherNames(architecture));
  const builder = new NetworkBuilder();
  const logits = architecture.build(new Layers(builder, parameters), builder.input(colourChannels));
  parameters.requireComplete();
  const network = builder.finish(logits);
  if (network.classCount < 1) {
    throw new UnsupportedModel(
      'The head of the checkpoint has no classes; give weights with a trained head.',
    );
  }
  return { architecture, network, unused: parameters.unused() };
}

/** Wrappers nest, so their prefixes are taken off until none is common to all names. */
function unwrapped(checkpoint: Checkpoint): Checkpoint {
  let { tensors } = checkpoint;
  for (;;) {
    const names = [...tensors.keys()];
    const prefix = wrappers.find(
      (wrapper) => names.length > 0 && names.every((name) => name.startsWith(wrapper)),
    );
    if (prefix === undefined) return { ...checkpoint, tensors };
    tensors = new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  }
}
