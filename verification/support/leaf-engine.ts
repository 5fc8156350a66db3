/** An engine with one model of tensors, as the cassava example has it, that takes pictures too: six classes of leaves. */
import type { Engine, InferenceRequest, LoadedModel, Signature } from '../../gateway/domain/engine.ts';
import type { Tensor } from '../../gateway/domain/tensor.ts';

export const leafClasses = 6;

const signaturesOf = (side: number): readonly Signature[] => [
  {
    name: 'serving_default',
    inputs: [{ name: 'input_1', datatype: 'float32', shape: [null, side, side, 3] }],
    outputs: [{ name: 'probabilities', datatype: 'float32', shape: [null, leafClasses] }],
  },
  {
    name: 'pictures',
    inputs: [{ name: 'images', datatype: 'string', shape: [null] }],
    outputs: [{ name: 'probabilities', datatype: 'float32', shape: [null, leafClasses] }],
  },
];

export class LeafEngine implements Engine {
  readonly name = 'leaves';
  readonly requests: InferenceRequest[] = [];
  readonly #side: number;

  /** @param side of the pictures that the model takes as tensors */
  constructor(side = 2) {
    this.#side = side;
  }

  async load(): Promise<LoadedModel> {
    return {
      signatures: new Map(signaturesOf(this.#side).map((signature) => [signature.name, signature])),
      infer: async (request) => {
        this.requests.push(request);
        return new Map([['probabilities', scoresOf(request)]]);
      },
      readiness: () => ({ ready: true }),
      close: async () => undefined,
    };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

/** The class of a row is its first number, times ten; of a picture, the one that a fake picture holds. */
function scoresOf({ inputs }: InferenceRequest): Tensor {
  const [input] = inputs.values();
  if (input === undefined) throw new Error('an input is wanted');
  const rows = input.shape[0] ?? 0;
  const width = input.elements.length / rows;
  const classOf = (row: number): number =>
    input.datatype === 'string'
      ? (input.elements[row]?.[7] ?? 0)
      : Math.round(Number(input.elements[row * width]) * 10);
  const elements = new Float32Array(rows * leafClasses);
  for (let row = 0; row < rows; row += 1) elements[row * leafClasses + classOf(row)] = 1;
  return { datatype: 'float32', shape: [rows, leafClasses], elements };
}
