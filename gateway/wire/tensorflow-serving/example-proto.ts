/** Examples as messages, and as the bytes that a model's own parser takes. */
import { ServingError } from '../../domain/errors.ts';
import { type Example, type Feature, withContext } from './example.ts';
import { messageType } from './grpc-services.ts';
import type { ExampleMessage, FeatureMessage, InputMessage } from './messages.ts';

/**
 * A context is merged into every example; an example's own features win.
 *
 * @throws ServingError `invalid-input`
 */
export function fromInputMessage(input: InputMessage | null | undefined): readonly Example[] {
  const shared = input?.example_list_with_context;
  const messages = shared?.examples ?? input?.example_list?.examples ?? [];
  if (messages.length === 0) {
    throw new ServingError('invalid-input', 'Input is empty. Send at least one example.');
  }
  return withContext(messages.map(fromExampleMessage), fromExampleMessage(shared?.context));
}

function fromExampleMessage(message: ExampleMessage | null | undefined): Example {
  const features = Object.entries(message?.features?.feature ?? {});
  return new Map(features.map(([name, feature]) => [name, fromFeatureMessage(feature)]));
}

/** A feature without a list is one without values. */
function fromFeatureMessage({ bytes_list, float_list, int64_list }: FeatureMessage): Feature {
  if (bytes_list) return { kind: 'bytes', values: bytes_list.value ?? [] };
  if (int64_list) return { kind: 'int64', values: (int64_list.value ?? []).map(BigInt) };
  return { kind: 'float', values: float_list?.value ?? [] };
}

export function toInputMessage(examples: readonly Example[]): InputMessage {
  return { example_list: { examples: examples.map(toExampleMessage) } };
}

/** A serialised tf.Example: one element of the string tensor that a signature for examples takes. */
export function serializeExample(example: Example): Uint8Array {
  return messageType<ExampleMessage>('tensorflow.Example').serialize(toExampleMessage(example));
}

function toExampleMessage(example: Example): ExampleMessage {
  const features = Array.from(example, ([name, feature]) => [name, toFeatureMessage(feature)] as const);
  return { features: { feature: Object.fromEntries(features) } };
}

function toFeatureMessage(feature: Feature): FeatureMessage {
  if (feature.kind === 'bytes') return { bytes_list: { value: feature.values } };
  if (feature.kind === 'float') return { float_list: { value: feature.values } };
  return { int64_list: { value: feature.values.map(String) } };
}
