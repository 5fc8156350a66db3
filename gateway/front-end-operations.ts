/** Every front-end's part of the OpenAPI document, in the order in which the document has them. */
import { frontPageOperations } from './operations/front-page-operations.ts';
import { healthOperations } from './operations/health-operations.ts';
import { metricsOperations } from './operations/metrics-operations.ts';
import { classifyOperations } from './protocols/classify/classify-operations.ts';
import { openInferenceOperations } from './protocols/open-inference/open-inference-operations.ts';
import { predictOperations } from './protocols/predict/predict-operations.ts';
import { tensorflowServingOperations } from './protocols/tensorflow-serving/tensorflow-serving-operations.ts';
import type { DescribeOperations } from './wire/openapi/operation.ts';

/** All but the documentation's own, which it adds itself. */
export const frontEndOperations: readonly DescribeOperations[] = [
  classifyOperations,
  predictOperations,
  tensorflowServingOperations,
  openInferenceOperations,
  healthOperations,
  metricsOperations,
  frontPageOperations,
];
