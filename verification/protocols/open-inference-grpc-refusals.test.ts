/** What the Open Inference Protocol refuses over gRPC. */
import { expect } from 'chai';
import { status } from '@grpc/grpc-js';
import { InferenceCaller, floatBytes, numbers, picture, x } from '../support/inference-caller.ts';
import { InferenceServerUnderTest } from '../support/inference-server-under-test.ts';

describe('refusals of the Open Inference Protocol over gRPC', () => {
  const server = new InferenceServerUnderTest();
  let caller: InferenceCaller;
  before(async () => {
    caller = await InferenceCaller.of(server);
  });
  after(() => server.stop());

  const refused: readonly (readonly [string, string, object, status, RegExp])[] = [
    [
      'an unknown model',
      'ModelInfer',
      numbers({ model_name: 'none' }),
      status.NOT_FOUND,
      /no model called "none"/,
    ],
    [
      'an unknown version',
      'ModelInfer',
      numbers({ model_version: '7' }),
      status.NOT_FOUND,
      /no such version/,
    ],
    [
      'a version that is no number',
      'ModelReady',
      { name: 'cassava', version: 'x' },
      status.INVALID_ARGUMENT,
      /whole number/,
    ],
    ['a model that failed', 'ModelMetadata', { name: 'broken' }, status.UNAVAILABLE, /cannot answer/],
    [
      'an unknown output',
      'ModelInfer',
      numbers({ outputs: [{ name: 'z' }] }),
      status.INVALID_ARGUMENT,
      /no output "z"/,
    ],
    [
      'an unknown input',
      'ModelInfer',
      numbers({ inputs: [x({ name: 'z' })] }),
      status.INVALID_ARGUMENT,
      /no input "z"/,
    ],
    ['no inputs', 'ModelInfer', { model_name: 'half_plus_two' }, status.INVALID_ARGUMENT, /at least one/],
    [
      'an input twice',
      'ModelInfer',
      numbers({ inputs: [x(), x()], raw_input_contents: [floatBytes(1, 2, 3), floatBytes(1, 2, 3)] }),
      status.INVALID_ARGUMENT,
      /two inputs called "x"/,
    ],
    [
      'a wrong datatype',
      'ModelInfer',
      numbers({ inputs: [x({ datatype: 'INT32' })] }),
      status.INVALID_ARGUMENT,
      /takes FP32/,
    ],
    [
      'a datatype that does not exist',
      'ModelInfer',
      numbers({ inputs: [x({ datatype: 'FLOAT' })] }),
      status.INVALID_ARGUMENT,
      /does not exist/,
    ],
    [
      'too few bytes',
      'ModelInfer',
      numbers({ raw_input_contents: [floatBytes(1)] }),
      status.INVALID_ARGUMENT,
      /needs 12 bytes .*; 4 came/,
    ],
    [
      'a negative size',
      'ModelInfer',
      numbers({ inputs: [x({ shape: [-3] })] }),
      status.INVALID_ARGUMENT,
      /size in its shape that is -3/,
    ],
    [
      'a huge shape',
      'ModelInfer',
      numbers({ inputs: [x({ shape: ['4611686018427387904', 8] })] }),
      status.INVALID_ARGUMENT,
      /nothing can hold/,
    ],
    [
      'sizes beyond every number',
      'ModelInfer',
      numbers({ inputs: [x({ shape: [2 ** 40, 2 ** 40] })] }),
      status.INVALID_ARGUMENT,
      /anything can hold/,
    ],
    [
      'raw contents for some inputs only',
      'ModelInfer',
      numbers({ raw_input_contents: [floatBytes(1), floatBytes(1)] }),
      status.INVALID_ARGUMENT,
      /one for each input, or none/,
    ],
    [
      'raw and typed contents',
      'ModelInfer',
      numbers({ inputs: [x({ contents: { fp32_contents: [1, 2, 5] } })] }),
      status.INVALID_ARGUMENT,
      /besides raw_input_contents/,
    ],
    [
      'contents of another type',
      'ModelInfer',
      { model_name: 'half_plus_two', inputs: [x({ contents: { int_contents: [1, 2, 5] } })] },
      status.INVALID_ARGUMENT,
      /contents of FP32 hold 0/,
    ],
    [
      'a value out of range',
      'ModelInfer',
      {
        model_name: 'half_plus_two',
        inputs: [
          { name: 'pixels', datatype: 'UINT8', shape: [1, 1, 2], contents: { uint_contents: [0, 256] } },
        ],
      },
      status.INVALID_ARGUMENT,
      /no value of UINT8/,
    ],
    [
      'no picture',
      'ModelInfer',
      picture('images', {
        inputs: [
          { name: 'a', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from([1, 2])] } },
        ],
      }),
      status.INVALID_ARGUMENT,
      /not JPEG/,
    ],
    [
      'a message beyond the limit',
      'ModelInfer',
      numbers({ raw_input_contents: [Buffer.alloc(300_000)] }),
      status.RESOURCE_EXHAUSTED,
      /./,
    ],
    [
      'loading where nobody may',
      'RepositoryModelLoad',
      { model_name: 'cassava' },
      status.UNIMPLEMENTED,
      /MODEL_CONTROL=explicit/,
    ],
    [
      'unloading where nobody may',
      'RepositoryModelUnload',
      { model_name: 'cassava' },
      status.UNIMPLEMENTED,
      /MODEL_CONTROL=explicit/,
    ],
  ];

  for (const [title, name, request, code, sentence] of refused) {
    it(`refuses ${title} with ${status[code]}, and the connection goes on`, async () => {
      const answer = await caller.call(name, request);
      expect(answer.details).to.match(sentence);
      expect(answer.code).to.equal(code);
      expect(await caller.answerTo('ModelInfer', numbers())).to.have.property('id');
    });
  }
});
