/** What an inspection looks like to people and to programs. */
import { expect } from 'chai';
import type { ModelInspection } from '../../../../converter/inspect/model-inspection.ts';
import { inspectionJson, inspectionLines } from '../../../../gateway/cli/inspect-output.ts';

const inspection: ModelInspection = {
  format: 'ONNX',
  facts: new Map([['written by', 'some\u001b[2Jbody']]),
  signatures: [
    {
      name: 'graph',
      inputs: [{ name: 'x', datatype: 'float32', shape: [null, 3] }],
      outputs: [{ name: 'long', datatype: 'int64', shape: undefined }],
    },
  ],
  operations: new Map([
    ['Conv', 53],
    ['Add', 16],
  ]),
  parameters: 25_557_032,
  bytes: 102_000_000,
  multiplyAdds: { count: 4_089_000_000, unknown: 2 },
  notes: ['A note.'],
};

describe('the output of fovea inspect', () => {
  it('is lines for people, without the control characters of a hostile file', () => {
    expect(inspectionLines('m.onnx', inspection)).to.deep.equal([
      'Model          m.onnx (ONNX)',
      'Written by     some?[2Jbody',
      'Parameters     25,557,032',
      'Size           102 MB',
      'Multiply-adds  4.09 billion a picture',
      '',
      'Signature graph',
      '  in   x     float32 [?, 3]',
      '  out  long  int64 of any shape',
      '',
      'Operations (69)',
      '     53  Conv',
      '     16  Add',
      '',
      'A note.',
      '',
      'The multiply-adds are more: the sizes of 2 convolutions or matrix products are not known.',
    ]);
  });

  it('is JSON for programs', () => {
    const json: unknown = JSON.parse(JSON.stringify(inspectionJson('m.onnx', inspection)));
    expect(json).to.deep.include({
      model: 'm.onnx',
      format: 'ONNX',
      operations: { Conv: 53, Add: 16 },
      parameters: 25_557_032,
      bytes: 102_000_000,
      multiplyAdds: 4_089_000_000,
    });
    const nothing = { ...inspection, multiplyAdds: undefined, notes: [] };
    expect(inspectionJson('m', nothing)).to.deep.include({ multiplyAdds: null, notes: [] });
  });
});
