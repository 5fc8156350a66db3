/** A model with an input of every datatype, each of which it gives back. */
import type { LoadedModel } from '../../gateway/domain/engine.ts';
import { usualSignature } from '../../gateway/domain/signature-named.ts';
import type { Datatype, Tensor } from '../../gateway/domain/tensor.ts';
import { datatypeNames, readDatatype } from '../../gateway/wire/open-inference/datatypes.ts';

const datatypes: readonly Datatype[] = datatypeNames.map((name) => readDatatype(name, 'any'));

/** The input is called as the datatype is, and the output `back_` and so. */
const back = (name: string): string => `back_${name}`;

const signature = {
  name: usualSignature,
  inputs: datatypes.map((datatype) => ({ name: datatype, datatype, shape: [null] })),
  outputs: datatypes.map((datatype) => ({ name: back(datatype), datatype, shape: [null] })),
};

export const returningModel: LoadedModel = {
  signatures: new Map([[signature.name, signature]]),
  infer: async ({ inputs, outputs }) =>
    new Map<string, Tensor>(
      Array.from(inputs, ([name, tensor]) => [back(name), tensor] as const).filter(
        ([name]) => outputs?.includes(name) ?? true,
      ),
    ),
  readiness: () => ({ ready: true }),
  close: async () => undefined,
};
