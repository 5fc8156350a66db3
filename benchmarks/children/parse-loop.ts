/** Process that parses the body of the large request with nothing but JSON.parse. */
import { answerRequests, numberOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';
import { leafBody } from './leaf-pictures.ts';

let body = '';

function open(): Promise<object> {
  body = leafBody();
  return Promise.resolve({});
}

function run(request: Request): Promise<object> {
  const act = (): Promise<void> => {
    JSON.parse(body);
    return Promise.resolve();
  };
  return closedLoop({ concurrency: 1, count: numberOf(request, 'count'), act });
}

await answerRequests({ open, run });
