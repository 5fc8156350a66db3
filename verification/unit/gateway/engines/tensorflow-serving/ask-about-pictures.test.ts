/** Pictures that a backend refuses: whose fault it is, and what can be answered all the same. */
import { expect } from 'chai';
import { askAboutPictures } from '../../../../../gateway/engines/tensorflow-serving/ask-about-pictures.ts';
import { BackendFault } from '../../../../../gateway/engines/tensorflow-serving/backend-fault.ts';
import { thrownBy } from '../../../../support/thrown-by.ts';

/** Pictures are numbers, an answer is the list of them. */
const picture = (value: number): Uint8Array => Uint8Array.of(value);
const picturesOf = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, k) => picture(k));

class Backend {
  readonly asked: (readonly number[])[] = [];
  readonly #refuses: (values: readonly number[], times: number) => boolean;

  /** @param refuses gets the pictures, and how often the same ones have been asked about before */
  constructor(refuses: (values: readonly number[], times: number) => boolean) {
    this.#refuses = refuses;
  }

  async ask(pictures: readonly Uint8Array[]): Promise<readonly number[]> {
    const values = pictures.map(([value = -1]) => value);
    const times = this.asked.filter((one) => one.join() === values.join()).length;
    this.asked.push(values);
    if (this.#refuses(values, times)) throw new BackendFault('refused', 'not a picture');
    return values;
  }

  join(left: readonly number[], right: readonly number[]): readonly number[] {
    return [...left, ...right];
  }
}

describe('asking about pictures', () => {
  it('takes one call when nothing is refused', async () => {
    const backend = new Backend(() => false);
    expect(await askAboutPictures(picturesOf(7), backend)).to.deep.equal([0, 1, 2, 3, 4, 5, 6]);
    expect(backend.asked).to.have.length(1);
  });

  it('names the first bad picture, wherever the bad ones are', async () => {
    for (const bad of [[0], [12], [5, 10], [3, 4], [11, 12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]) {
      const backend = new Backend((values) => values.some((value) => bad.includes(value)));
      const error = await thrownBy(() => askAboutPictures(picturesOf(13), backend));
      expect(error, String(bad)).to.include({ reason: 'refused', row: bad[0] });
    }
  });

  it('believes no refusal that is said once only, as of a picture that ran beside a bad one', async () => {
    const lone = new Backend((_, times) => times === 0);
    expect(await askAboutPictures(picturesOf(1), lone)).to.deep.equal([0]);
    const several = new Backend((_, times) => times === 0);
    expect(await askAboutPictures(picturesOf(4), several)).to.deep.equal([0, 1, 2, 3]);
  });

  it('answers more pictures than a backend takes at once, in their order', async () => {
    const backend = new Backend((values) => values.length > 8);
    const values = Array.from({ length: 21 }, (_, k) => k);
    expect(await askAboutPictures(picturesOf(21), backend)).to.deep.equal(values);
  });

  it('stops at any other fault', async () => {
    const fault = new BackendFault('unavailable', 'gone');
    const backend = new Backend((values) => {
      if (values.length === 2) throw fault;
      return true;
    });
    expect(await thrownBy(() => askAboutPictures(picturesOf(4), backend))).to.equal(fault);
  });
});
