/** What the document says about the metrics of all protocols. */
import type { DescribeOperations } from '../wire/openapi/operation.ts';

export const metricsOperations: DescribeOperations = () => [
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    tag: 'Operations',
    summary: 'Counts requests and their latencies, under the names of TensorFlow Serving and of Triton',
    answers: {
      200: {
        description: "The counters in Prometheus' text form.",
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
    },
  },
];
