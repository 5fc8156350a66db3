/** PyTorch's order of a weight's axes turned into TensorFlow's. */
import type { FloatTensor } from '../network/model-graph.ts';

/** [outputs, inputs, height, width] × a factor for each output → [height, width, inputs, outputs]. */
export function convolutionKernel(weight: FloatTensor, factors: Float64Array): FloatTensor {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = weight.shape;
  const area = height * width;
  const elements = new Float32Array(weight.elements.length);
  let from = 0;
  for (let output = 0; output < outputs; output += 1) {
    const factor = factors[output] ?? 1;
    for (let input = 0; input < inputs; input += 1) {
      for (let at = 0; at < area; at += 1) {
        elements[(at * inputs + input) * outputs + output] = (weight.elements[from] ?? 0) * factor;
        from += 1;
      }
    }
  }
  return { datatype: 'float32', shape: [height, width, inputs, outputs], elements };
}

/** [channels, 1, height, width] × a factor for each channel → [height, width, channels, 1]. */
export function depthwiseKernel(weight: FloatTensor, factors: Float64Array): FloatTensor {
  const [channels = 0, , height = 0, width = 0] = weight.shape;
  const moved = convolutionKernel(weight, factors);
  return { ...moved, shape: [height, width, channels, 1] };
}

/** [outputs, inputs] → [inputs, outputs]. */
export function transposed(weight: FloatTensor): FloatTensor {
  const [outputs = 0, inputs = 0] = weight.shape;
  const { elements } = convolutionKernel(
    { ...weight, shape: [outputs, inputs, 1, 1] },
    new Float64Array(outputs).fill(1),
  );
  return { datatype: 'float32', shape: [inputs, outputs], elements };
}
