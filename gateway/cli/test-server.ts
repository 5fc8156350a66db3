/** `fovea test-server`: sends a running server pictures, or everything that can go wrong, and tells what it answers. */
import { readFile } from 'node:fs/promises';
import { readConfiguration } from '../configuration.ts';
import { makePicture } from '../imaging/make-picture.ts';
import { aligned } from './aligned.ts';
import { createCounter } from './counter.ts';
import { namedPictures } from './named-pictures.ts';
import { takeOwnFlags, wantsHelp } from './own-flags.ts';
import { reportFaults } from './report-faults.ts';
import { patienceFlag, readPatience } from './request-patience.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { expectedClasses, type ExpectedClass } from './test-server/expected-class.ts';
import { takeImages } from './test-server/image-words.ts';
import { predictAll } from './test-server/predict-all.ts';
import { runTests, type TestOutcome } from './test-server/run-tests.ts';
import { NoAnswer, TestClient, type SentPicture } from './test-server/test-client.ts';
import { addressFault, isWebAddress } from './web-address.ts';

const usage = `fovea test-server: sends a running server pictures and tells what it answers

Usage: fovea test-server --url <address> [--api-key <key>] --images <files or folders…>
       fovea test-server --url <address> [--api-key <key>] --run-tests [--images <files or folders…>]

Options:
  --url               where the server is, such as http://127.0.0.1:5000; a path of its own may follow
  --api-key           the key that its /predict asks for; better in API_KEY, which other users of this machine do not see
  --images, --image   pictures to send; their names may say what they show, as n01440764_tench.jpeg does
  --run-tests         everything: health, classes, response times, errors, load, batches, edge cases; with made-up
                      pictures where none are named
  --timeout-seconds   how long to wait for each answer (default 30)

It asks GET /health, POST /predict and POST /predict/top, so it tests other servers with these paths too.

Exit code: 0 all as it should be, 1 something is not, 2 wrong usage.`;

const endings = ['.jpg', '.jpeg', '.png', '.webp'];
const usualPatienceSeconds = 30;

interface Request {
  readonly client: TestClient;
  readonly url: string;
  readonly hasKey: boolean;
  readonly places: readonly string[];
  readonly isEverything: boolean;
}

export async function testServer(words: readonly string[], terminal: Terminal): Promise<number> {
  const request = readRequest(words, terminal);
  if (typeof request === 'number') return request;
  const named = await namedPictures(request.places, endings);
  const faults = named.flatMap(({ fault }) => fault ?? []);
  const files = named.flatMap(({ file, fault }) => (fault === undefined ? file : []));
  const pictures: SentPicture[] = [];
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes === undefined) faults.push(`The file ${file} cannot be read.`);
    else pictures.push({ name: file, bytes });
  }
  if (faults.length > 0) {
    reportFaults(faults, terminal);
    return exitCodes.failed;
  }
  const expectedClass = await expectedClasses(files, request.places);
  return test(request, { pictures, expectedClass }, terminal);
}

/** An exit code when there is nothing to do or the words are wrong. */
function readRequest(words: readonly string[], terminal: Terminal): Request | number {
  const images = takeImages(words);
  const own = takeOwnFlags(images.rest, { switches: ['--run-tests'], values: ['--url', patienceFlag] });
  if (wantsHelp(own)) {
    terminal.out.write(`${usage}\n`);
    return exitCodes.done;
  }
  const { environment, envFile, stop } = terminal;
  const outcome = readConfiguration({ environment, envFile, flags: own.rest });
  const url = own.values.get('--url');
  const isEverything = own.switches.has('--run-tests');
  const timeoutSeconds = readPatience(own.values.get(patienceFlag), usualPatienceSeconds);
  const faults = [...images.faults, ...own.faults, ...('faults' in outcome ? outcome.faults : [])];
  if (url === undefined) faults.push('Say with --url where the server is, such as http://127.0.0.1:5000.');
  else if (!isWebAddress(url)) faults.push(addressFault(url));
  if (typeof timeoutSeconds === 'string') faults.push(timeoutSeconds);
  if (!isEverything && images.places.length === 0 && images.faults.length === 0) {
    faults.push('Name pictures with --images, or ask for everything with --run-tests.');
  }
  if (faults.length > 0 || url === undefined || 'faults' in outcome || typeof timeoutSeconds === 'string') {
    reportFaults(faults, terminal);
    return exitCodes.misused;
  }
  const { apiKey } = outcome.configuration;
  return {
    client: new TestClient({ url, apiKey, timeoutSeconds, stop }),
    url,
    hasKey: apiKey !== undefined,
    places: images.places,
    isEverything,
  };
}

async function test(
  { client, url, hasKey, isEverything }: Request,
  {
    pictures,
    expectedClass,
  }: { readonly pictures: readonly SentPicture[]; readonly expectedClass: ExpectedClass },
  terminal: Terminal,
): Promise<number> {
  const { stop } = terminal;
  const counter = createCounter(terminal.error);
  const progress = (text: string): void => {
    counter.show(text);
  };
  try {
    // A server that is not there is one sentence, not a table of failures.
    await client.get('/health');
    const outcomes = isEverything
      ? await runTests({
          client,
          pictures:
            pictures.length > 0 ? pictures : [{ name: 'made-up.jpg', bytes: await makePicture('JPEG') }],
          expectedClass,
          hasKey,
          stop,
          progress,
        })
      : await predictAll({ client, pictures, expectedClass, stop, progress });
    counter.clear();
    writeOutcomes(outcomes, isEverything ? 'TEST' : 'PICTURE', terminal);
    const isWell = !stop.aborted && outcomes.every(({ result }) => result !== 'failed');
    return isWell ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    counter.clear();
    if (!(error instanceof NoAnswer)) throw error;
    reportFaults([`no answer from ${url}: ${error.message}.`], terminal);
    return exitCodes.failed;
  }
}

function writeOutcomes(outcomes: readonly TestOutcome[], heading: string, { out }: Terminal): void {
  const rows = outcomes.map(({ title, result, details }) => [title, result, details]);
  for (const line of aligned([[heading, 'RESULT', 'DETAILS'], ...rows])) out.write(`${line}\n`);
  const count = (wanted: TestOutcome['result']): number =>
    outcomes.filter(({ result }) => result === wanted).length;
  out.write(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`);
}
