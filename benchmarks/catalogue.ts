/** Every scenario, in the order in which they run. */
import type { Scenario } from './bench.ts';
import { compile } from './scenarios/compile.ts';
import { convert } from './scenarios/convert.ts';
import { dialects } from './scenarios/dialects.ts';
import { families } from './scenarios/families.ts';
import { forward } from './scenarios/forward.ts';
import { gatewayLatency } from './scenarios/gateway-latency.ts';
import { gatewayMemory } from './scenarios/gateway-memory.ts';
import { gatewayThroughput } from './scenarios/gateway-throughput.ts';
import { health } from './scenarios/health.ts';
import { httpThroughput } from './scenarios/http-throughput.ts';
import { largeJson } from './scenarios/large-json.ts';
import { loneLatency } from './scenarios/lone-latency.ts';
import { memory } from './scenarios/memory.ts';
import { plainGraph } from './scenarios/plain-graph.ts';
import { servingTier } from './scenarios/serving-tier.ts';
import { start } from './scenarios/start.ts';
import { tensorflow } from './scenarios/tensorflow.ts';

export const catalogue: readonly Scenario[] = [
  compile,
  convert,
  start,
  plainGraph,
  forward,
  tensorflow,
  families,
  httpThroughput,
  loneLatency,
  health,
  memory,
  servingTier,
  gatewayLatency,
  gatewayThroughput,
  gatewayMemory,
  dialects,
  largeJson,
];
