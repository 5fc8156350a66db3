/** Writes the statistics of models for Prometheus, under the names that Triton gives them. */
import type { ModelStatistics } from './model-statistics.ts';

interface Counter {
  readonly name: string;
  readonly help: string;
  readonly valueOf: (model: ModelStatistics) => number;
}

const counters: readonly Counter[] = [
  {
    name: 'nv_inference_request_success',
    help: 'Requests that were answered.',
    valueOf: ({ inference_stats: { success } }) => success.count,
  },
  {
    name: 'nv_inference_request_failure',
    help: 'Requests that failed.',
    valueOf: ({ inference_stats: { fail } }) => fail.count,
  },
  {
    name: 'nv_inference_count',
    help: 'Rows that were answered.',
    valueOf: (model) => model.inference_count,
  },
  {
    name: 'nv_inference_request_duration_us',
    help: 'Microseconds that answered requests took together.',
    valueOf: ({ inference_stats: { success } }) => Math.round(success.ns / 1000),
  },
];

export function writeStatistics(models: readonly ModelStatistics[]): string {
  const lines = counters.flatMap(({ name, help, valueOf }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...models.map((model) => `${name}{${labelsOf(model)}} ${valueOf(model)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

const labelsOf = ({ name, version }: ModelStatistics): string =>
  `model="${escaped(name)}",version="${escaped(version)}"`;

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
