/** Signatures as a model's metadata states them, made into those that an engine here can be asked by. */
import type { OutputSpecification, TensorSpecification } from '../../domain/engine.ts';
import { methodNames, type CallableSignature } from './callable-signature.ts';

/** A tensor is `undefined` when no engine here knows its datatype. */
export interface StatedSignature extends Pick<CallableSignature, 'name' | 'methodName'> {
  readonly inputs: readonly (OutputSpecification | undefined)[];
  readonly outputs: readonly (OutputSpecification | undefined)[];
}

/**
 * TensorFlow Serving feeds serialised examples to every signature for `Classify` and `Regress`; another signature that
 * takes the same tensor of the graph takes examples too. Such an input is a list, though its author rarely says so.
 * Signatures with any other tensor of a datatype that no engine here can name are left out, and those with an input whose
 * rank is open.
 */
export function callableSignatures(stated: readonly StatedSignature[]): readonly CallableSignature[] {
  const fed = new Set(stated.filter(isFedExamples).map(({ inputs: [input] }) => input?.tensorName));
  return stated.flatMap((signature) => {
    const [only] = signature.inputs;
    const isExamples =
      isFedExamples(signature) ||
      (takesStrings(signature) && only?.tensorName !== undefined && fed.has(only.tensorName));
    const inputs = ranked(isExamples ? [asExamples(only)] : signature.inputs);
    const outputs = known(signature.outputs);
    return inputs === undefined || outputs === undefined ? [] : [{ ...signature, inputs, outputs }];
  });
}

function isFedExamples(signature: StatedSignature): boolean {
  const { methodName } = signature;
  const isFed = methodName === methodNames.classify || methodName === methodNames.regress;
  return isFed && takesStrings(signature);
}

function takesStrings({ inputs: [input, ...others] }: StatedSignature): boolean {
  return input?.datatype === 'string' && others.length === 0;
}

function asExamples(input: OutputSpecification | undefined): OutputSpecification | undefined {
  return input && { ...input, shape: input.shape ?? [null], content: 'examples' };
}

/** All of them, or nothing. */
function known(tensors: StatedSignature['outputs']): readonly OutputSpecification[] | undefined {
  const specifications = tensors.flatMap((tensor) => tensor ?? []);
  return specifications.length === tensors.length ? specifications : undefined;
}

/** All of them, or nothing. */
function ranked(tensors: StatedSignature['inputs']): readonly TensorSpecification[] | undefined {
  const specifications = tensors.flatMap((tensor) =>
    tensor?.shape === undefined ? [] : [{ ...tensor, shape: tensor.shape }],
  );
  return specifications.length === tensors.length ? specifications : undefined;
}
