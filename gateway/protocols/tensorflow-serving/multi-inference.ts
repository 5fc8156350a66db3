/** What the tasks of one request may ask for: the same model, each another signature of it, by a method that there is. */
import { ServingError } from '../../domain/errors.ts';
import { methodNames } from '../../wire/tensorflow-serving/callable-signature.ts';
import type { ModelSpecMessage } from '../../wire/tensorflow-serving/messages.ts';
import type { ExampleVerb } from './example-inference.ts';
import type { ExamplesMethod, ExamplesTask } from './examples-request.ts';
import { toSpecification } from './model-specification.ts';

/** @throws ServingError `invalid-input` unless all tasks name the same model, and each another signature of it */
export function requireOneModel(tasks: readonly ExamplesTask[]): void {
  const [first, ...others] = tasks.map((task) => task.spec);
  if (tasks.length === 0) throw new ServingError('invalid-input', 'Inference request must have a task.');
  const { name, version } = toSpecification(first);
  for (const other of others.map(toSpecification)) {
    if (other.name !== name || other.version !== version) {
      throw new ServingError('invalid-input', 'All tasks must name the same model and version.');
    }
  }
  const signatures = new Set(tasks.map((task) => signatureNameOf(task.spec)));
  if (signatures.size < tasks.length) {
    throw new ServingError('invalid-input', 'Duplicate evaluation of a signature: ask each once.');
  }
}

/** @throws ServingError `invalid-input` for a task whose method is none */
export function verbOf(method: ExamplesMethod, methodName: string | undefined): ExampleVerb {
  if (method === 'Classify' || methodName === methodNames.classify) return 'classify';
  if (method === 'Regress' || methodName === methodNames.regress) return 'regress';
  throw new ServingError(
    'invalid-input',
    `A task's method_name must be ${methodNames.classify} or ${methodNames.regress}.`,
  );
}

/** An empty name is none: that is how an absent text is read. */
export function signatureNameOf(spec: ModelSpecMessage | null | undefined): string | undefined {
  return spec?.signature_name === '' ? undefined : spec?.signature_name;
}
