/** A child process that sends one ready-made request for each picture, again and again, in a closed loop. */
import { readFile } from 'node:fs/promises';
import { answerRequests, numberOf, textsOf, type Request } from './answer-requests.ts';
import { closedLoop } from './closed-loop.ts';

export interface Sender {
  /** The whole request that asks about a picture. */
  readonly requestFor: (picture: Buffer) => Buffer;
  /** Resolves when it has been answered. */
  readonly send: (request: Buffer) => Promise<void>;
}

/** Serves `open`, of which `opened` gets the request, and `run`; resolves when standard input ends. */
export async function sendPictures(opened: (request: Request) => Sender): Promise<void> {
  let sender: Sender | undefined;
  let requests: readonly Buffer[] = [];
  const act = async (item: number): Promise<void> => {
    const bytes = requests[item % requests.length];
    if (bytes === undefined || sender === undefined) throw new Error('there is nothing to send');
    await sender.send(bytes);
  };
  await answerRequests({
    async open(request) {
      sender = opened(request);
      const pictures = await Promise.all(textsOf(request, 'pictures').map((file) => readFile(file)));
      requests = pictures.map(sender.requestFor);
      return {};
    },
    run: (request) =>
      closedLoop({
        concurrency: numberOf(request, 'connections'),
        count: numberOf(request, 'count'),
        act,
      }),
  });
}
