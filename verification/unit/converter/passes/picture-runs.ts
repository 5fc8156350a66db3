/** Runs the preparation of a picture as ONNX Runtime would, on pixels that a seed makes. */
import { elementCount, type NumericTensor } from '../../../../gateway/domain/tensor.ts';
import type { OnnxGraph } from '../../../../converter/onnx/onnx-graph.ts';
import { writeOnnx } from '../../../../converter/writers/onnx.ts';
import { openSession, runSession } from '../../../fidelity/operations/onnx-run.ts';
import { seeded } from '../../../support/seeded.ts';

export function randomPixels(seed: number, shape: readonly number[]): NumericTensor {
  const random = seeded(seed);
  const elements = Uint8Array.from({ length: elementCount(shape) }, () => Math.floor(random() * 256));
  return { datatype: 'uint8', shape, elements };
}

/** The one output of a graph that takes `pixels`, for each of the pictures. */
export async function runOnPictures(
  graph: OnnxGraph,
  pictures: readonly NumericTensor[],
): Promise<readonly { readonly shape: readonly number[]; readonly numbers: readonly number[] }[]> {
  const session = await openSession(writeOnnx(graph, 'test'));
  const answers = [];
  for (const picture of pictures) {
    const [answer] = (await runSession(session, new Map([['pixels', picture]]))).values();
    if (answer === undefined) throw new Error('the graph has no output');
    const numbers = Array.from<number | bigint, number>(answer.elements, Number);
    answers.push({ shape: answer.shape, numbers });
  }
  await session.release();
  return answers;
}

export function operatorsOf({ nodes }: OnnxGraph): readonly string[] {
  return nodes.map(({ operator }) => operator);
}
