/** What compiling a model from cold takes: time and memory. */
import path from 'node:path';
import type { Scenario } from '../bench.ts';
import { Conversation } from '../children/conversation.ts';
import { numbersIn, serverPartCommand } from '../children/child-side.ts';
import { atMost, figure } from '../measurement/finding.ts';
import { median } from '../measurement/statistics.ts';

export const compile: Scenario = {
  name: 'compile',
  title: 'time and memory of compiling a model from cold',
  async run(bench) {
    const times = bench.isQuick ? 1 : 3;
    for (const model of bench.models) {
      const seconds: number[] = [];
      const peaks: number[] = [];
      for (let time = 1; time <= times; time += 1) {
        bench.progress(`${model.name}, compiling ${time} of ${times}`);
        const child = new Conversation(serverPartCommand('compile-model'));
        const target = path.join(bench.scratch, 'compiled', `${model.name}-${time}`);
        const numbers = numbersIn(await child.ask({ task: 'run', folder: model.folder, target }));
        await child.close();
        seconds.push(numbers['seconds'] ?? NaN);
        peaks.push(numbers['peakMegabytes'] ?? NaN);
      }
      const isPromised = model.kind === 'resnet50';
      bench.found({
        model: model.name,
        promise: 'compile from cold, time',
        result: { value: median(seconds), unit: 's' },
        ...(isPromised ? { bound: atMost(10) } : {}),
        details: [figure('slowest', Math.max(...seconds), 's')],
      });
      bench.found({
        model: model.name,
        promise: 'compile from cold, peak memory',
        result: { value: Math.max(...peaks), unit: 'MB' },
        ...(isPromised ? { bound: atMost(1000) } : {}),
        details: [],
      });
    }
  },
};
