/** Every numeric datatype as JSON of TensorFlow Serving's: what goes there comes back, and nothing wraps around. */
import { expect } from 'chai';
import { ServingError } from '../../../../../gateway/domain/errors.ts';
import type {
  NumericDatatype,
  NumericElements,
  NumericTensor,
} from '../../../../../gateway/domain/tensor.ts';
import { parseJsonText } from '../../../../../gateway/wire/json/json-text.ts';
import { readJsonTensor } from '../../../../../gateway/wire/tensorflow-serving/read-json-tensor.ts';
import { writeJsonTensor } from '../../../../../gateway/wire/tensorflow-serving/write-json-tensor.ts';

const shape = [null] as const;

/** Elements, and their JSON. */
const written: Readonly<Record<NumericDatatype, readonly [NumericElements, string]>> = {
  bool: [Uint8Array.of(1, 0), '[true,false]'],
  uint8: [Uint8Array.of(0, 255), '[0,255]'],
  int8: [Int8Array.of(-128, 127), '[-128,127]'],
  uint16: [Uint16Array.of(0, 65535), '[0,65535]'],
  int16: [Int16Array.of(-32768, 32767), '[-32768,32767]'],
  uint32: [Uint32Array.of(0, 2 ** 32 - 1), '[0,4294967295]'],
  int32: [Int32Array.of(-(2 ** 31), 2 ** 31 - 1), '[-2147483648,2147483647]'],
  uint64: [BigUint64Array.of(0n, 2n ** 53n - 1n), '[0,9007199254740991]'],
  int64: [BigInt64Array.of(-5n, 1n - 2n ** 53n), '[-5,-9007199254740991]'],
  float16: [Uint16Array.of(0x3555, 0xfc00), '[0.33325195,-Infinity]'],
  bfloat16: [Uint16Array.of(0x3e00, 0xff80), '[0.125,-Infinity]'],
  float32: [Float32Array.of(0.1, Infinity), '[0.1,Infinity]'],
  float64: [Float64Array.of(0.1, 2), '[0.1,2.0]'],
};

/** A number beyond each end, or one that lies between two of its values. */
const beyond: Readonly<Partial<Record<NumericDatatype, readonly string[]>>> = {
  uint8: ['256', '-1'],
  int8: ['128', '-129'],
  uint16: ['65536', '-1'],
  int16: ['32768', '-32769'],
  uint32: ['4294967296', '-1', '0.5'],
  int32: ['2147483648', '-2147483649'],
  uint64: ['-1', '0.5', '18446744073709551616'],
  int64: ['0.5', '9223372036854775808'],
  float16: ['65520', '-65520'],
  bfloat16: ['3.4e38', '-3.4e38'],
  float32: ['3.5e38'],
};

const isDatatype = (name: string): name is NumericDatatype => Object.hasOwn(written, name);
const datatypes = Object.keys(written).filter(isDatatype);

describe('numbers in the JSON of TensorFlow Serving', () => {
  for (const datatype of datatypes) {
    const [elements, text] = written[datatype];
    it(`writes ${datatype} and reads it back`, () => {
      const tensor = { datatype, shape: [2], elements };
      expect(writeJsonTensor(tensor, 'text')).to.equal(text);
      expect(readJsonTensor(parseJsonText(text), { name: 'x', datatype, shape })).to.deep.equal(tensor);
    });

    // JSON itself has no infinity; a list with one is read with the whole.
    if (!text.includes('Infinity'))
      it(`reads ${datatype} from a list that was taken out of the JSON`, () => {
        const tensor = { datatype, shape: [2], elements };
        const lists = new Map([['place', { numbers: Buffer.from(text.slice(1, -1)) }]]);
        expect(readJsonTensor('place', { name: 'x', datatype, shape }, lists)).to.deep.equal(tensor);
      });

    it(`refuses what ${datatype} does not hold`, () => {
      for (const number of beyond[datatype] ?? []) {
        expect(
          () => readJsonTensor(parseJsonText(`[0,${number}]`), { name: 'x', datatype, shape }),
          number,
        ).to.throw(ServingError, `tensor of ${datatype}; its element 1`);
      }
    });
  }

  for (const shape of [[2, 70_000], [140_000], [20_000, 7], [2, 10, 7_000], [3, 0]]) {
    it(`writes as many as [${shape.join(', ')}]`, () => {
      const count = shape.reduce((product, size) => product * size, 1);
      const tensor: NumericTensor = {
        datatype: 'int32',
        shape,
        elements: Int32Array.from({ length: count }, (_, at) => at),
      };
      const values: unknown = JSON.parse(writeJsonTensor(tensor, 'text'));
      expect(readJsonTensor(values, { name: 'x', datatype: 'int32', shape: [] })).to.deep.equal(tensor);
    });
  }
});
