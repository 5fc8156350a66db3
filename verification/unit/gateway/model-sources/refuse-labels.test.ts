/** Labels that may stand, and those that TensorFlow Serving would refuse. */
import { expect } from 'chai';
import { refuseLabels } from '../../../../gateway/model-sources/refuse-labels.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const refusal = (
  version: number,
  { areUnavailableAllowed = false, current = undefined as number | undefined } = {},
): Promise<unknown> =>
  thrownBy(() => {
    const versionLabels = new Map([['stable', version]]);
    const versionPolicy = { kind: 'all' } as const;
    refuseLabels([{ name: 'm', basePath: '/m', platform: '', versionPolicy, versionLabels }], {
      isAvailable: (_, asked) => asked === 1,
      areUnavailableAllowed,
      current: () => current,
    });
  });

describe('the rule about version labels', () => {
  it('takes a label of an available version, wherever it pointed before', async () => {
    expect(await refusal(1)).to.equal(undefined);
    expect(await refusal(1, { current: 2 })).to.equal(undefined);
  });

  it('refuses one of another version, in the words of TensorFlow Serving', async () => {
    const error = await refusal(2);
    expect(error).to.include({ kind: 'invalid-input' });
    expect(String(error)).to.include(
      'Request to assign label to version 2 of model m, which is not currently available for inference',
    );
  });

  it('takes that too when it is allowed, unless the label is in use for another version', async () => {
    const areUnavailableAllowed = true;
    expect(await refusal(2, { areUnavailableAllowed })).to.equal(undefined);
    expect(await refusal(2, { areUnavailableAllowed, current: 2 })).to.equal(undefined);
    expect(await refusal(2, { areUnavailableAllowed, current: 1 })).to.include({ kind: 'invalid-input' });
  });
});
