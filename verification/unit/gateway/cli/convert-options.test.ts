/** What `fovea convert` understands of its words. */
import { expect } from 'chai';
import { convertFlags, readConvertOptions } from '../../../../gateway/cli/convert-options.ts';
import { onnxManifestOf, placesOf } from '../../../../gateway/cli/convert-places.ts';

const read = (...words: readonly string[]) => readConvertOptions(convertFlags(words));

describe('the options of fovea convert', () => {
  it('have the defaults of the script they take over from', () => {
    const { options, faults } = read('--weights', 'w.pth');
    expect(faults).to.deep.equal([]);
    expect(options).to.include({
      output: 'models/model.onnx',
      hasOnnx: true,
      hasSavedModel: false,
      hasDynamicBatch: false,
      testImage: undefined,
      name: 'w',
      version: 1,
      licence: 'unknown',
      isForced: false,
    });
  });

  it('tell the format by the ending of the output', () => {
    const formatOf = (...words: readonly string[]): readonly boolean[] => {
      const { options } = read('--weights', 'w', ...words);
      return [options.hasOnnx, options.hasSavedModel];
    };
    expect(formatOf('--output', 'a/b.ONNX')).to.deep.equal([true, false]);
    expect(formatOf('--output', 'models')).to.deep.equal([false, true]);
    expect(formatOf('--output', 'models', '--format', 'both')).to.deep.equal([true, true]);
    expect(formatOf('--output', 'a/b.onnx', '--format=both')).to.deep.equal([true, true]);
  });

  it('name the model after the file, in letters that a folder may have', () => {
    expect(read('--weights', 'a/My model (v2).pth').options.name).to.equal('My-model-v2-');
    expect(read('--weights', 'a/..pth').options.name).to.equal('model');
    expect(read('--weights', 'x', '--name', 'resnet').options.name).to.equal('resnet');
  });

  it('lead to places below one folder', () => {
    const both = ['--format', 'both', '--name', 'n', '--version', '7'];
    expect(placesOf(read('--weights', 'w', '--output', 'm/x.onnx', ...both).options)).to.deep.equal({
      base: 'm',
      onnxFile: 'm/x.onnx',
      modelFolder: 'm/n',
    });
    expect(placesOf(read('--weights', 'w', '--output', 'm', ...both).options)).to.deep.equal({
      base: 'm',
      onnxFile: 'm/n.onnx',
      modelFolder: 'm/n',
    });
    expect(onnxManifestOf('m/n.onnx')).to.equal('m/n.onnx.manifest.json');
  });

  for (const [words, sentence] of [
    [[], /^Name the file of weights/],
    [['--weights'], /^--weights has no value\.$/],
    [['--weights', 'w', '--format', 'tflite'], /^--format must be one of onnx, saved-model, both\.$/],
    [['--weights', 'w', '--output', 'm', '--format', 'onnx'], /^--output must end in \.onnx/],
    [
      ['--weights', 'w', '--output', 'm.onnx', '--format', 'saved-model'],
      /^--output must be a models folder/,
    ],
    [['--weights', 'w', '--name', '../up'], /^--name must consist of/],
    [['--weights', 'w', '--version', '1.5'], /^--version must be a whole number/],
    [['--weights', 'w', '--version', '9999999999999999'], /^--version must be a whole number/],
    [['--weights', 'w', '--batch'], /^There is no option --batch\.$/],
  ] as const) {
    it(`refuse ${words.join(' ') || 'nothing at all'}`, () => {
      const { faults } = read(...words);
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(sentence);
    });
  }
});
