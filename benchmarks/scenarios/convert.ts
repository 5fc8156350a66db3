/** What converting a checkpoint of ResNet-50's size takes: time and memory. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Scenario } from '../bench.ts';
import { nodeCommand, numbersIn } from '../children/child-side.ts';
import { Conversation } from '../children/conversation.ts';
import { writeResnet50 } from '../graphs/resnet50-checkpoint.ts';
import { atMost, figure } from '../measurement/finding.ts';
import { median } from '../measurement/statistics.ts';

const model = 'resnet50.safetensors';

export const convert: Scenario = {
  name: 'convert',
  title: 'time and memory of converting a checkpoint to SavedModel and ONNX',
  async run(bench) {
    const times = bench.isQuick ? 1 : 3;
    const folder = path.join(bench.scratch, 'converted');
    await mkdir(folder, { recursive: true });
    const weights = path.join(folder, model);
    bench.progress('writing a checkpoint');
    await writeResnet50(weights);
    const seconds: number[] = [];
    const peaks: number[] = [];
    for (let time = 1; time <= times; time += 1) {
      bench.progress(`${model}, converting ${time} of ${times}`);
      const child = new Conversation(nodeCommand('convert-weights'));
      const output = path.join(folder, String(time));
      try {
        const numbers = numbersIn(await child.ask({ task: 'run', weights, output }));
        seconds.push(numbers['seconds'] ?? NaN);
        peaks.push(numbers['peakMegabytes'] ?? NaN);
      } finally {
        await child.close();
        await rm(output, { recursive: true, force: true });
      }
    }
    bench.found({
      model,
      promise: 'checkpoint → SavedModel and ONNX, time',
      result: { value: median(seconds), unit: 's' },
      bound: atMost(15),
      details: [figure('slowest', Math.max(...seconds), 's')],
    });
    bench.found({
      model,
      promise: 'checkpoint → SavedModel and ONNX, peak memory',
      result: { value: Math.max(...peaks), unit: 'MB' },
      bound: atMost(1000),
      details: [],
    });
    await rm(folder, { recursive: true, force: true });
  },
};
