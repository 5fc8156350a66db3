/** Asks Fovea through clients written in Python, and what their answers are held against. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { findPython } from '../reference/find-python.ts';
import type { TemporaryFolders } from '../support/made-up-model.ts';
import type { RunningServer } from '../support/running-server.ts';
import { fieldsOf, listIn, parsed } from './client-answers.ts';
import { runClient } from './run-client.ts';
import { startWithModels } from './served-models.ts';
import { picturesModel, tensorsModel } from './serving-stand-in.ts';

const pictureFile = path.resolve('verification', 'test_data', 'baseline-420.jpg');

export const clientsPython = await findPython({
  modules: ['tritonclient', 'kserve', 'mlserver'],
  recipe: 'verification/clients/make-environment.sh',
  variable: 'FOVEA_CLIENTS_PYTHON',
});

export const extensions = [
  'binary_tensor_data',
  'classification',
  'model_configuration',
  'model_repository',
  'statistics',
] as const;

/** What the models say over TensorFlow Serving's API. */
interface ExpectedAnswers {
  readonly class: number;
  readonly scores: readonly unknown[];
  /** Scores of one row. */
  readonly tensor: readonly unknown[];
}

interface Known {
  readonly labels: readonly string[];
  readonly expected: ExpectedAnswers;
  readonly mayControl: boolean;
}

/** What each call of a script gave, by name. */
export type ClientAnswers = (call: string) => unknown;

export interface AskedPictures {
  /** Its name. */
  readonly model: string;
  /** A file. */
  readonly picture: string;
}

const explicitControl = { MODEL_CONTROL: 'explicit' } as const;

const bundled: AskedPictures = { model: picturesModel.name, picture: pictureFile };

export class PythonClients {
  readonly server: RunningServer;
  readonly labels: readonly string[];
  readonly expected: ExpectedAnswers;
  readonly #mayControl: boolean;

  private constructor(server: RunningServer, { labels, expected, mayControl }: Known) {
    this.server = server;
    this.labels = labels;
    this.expected = expected;
    this.#mayControl = mayControl;
  }

  /**
   * Resolves when the server is ready.
   *
   * @param mayControl whether it lets requests load and unload models
   */
  static async start(folders: TemporaryFolders, mayControl = false): Promise<PythonClients> {
    const server = await startWithModels(folders, mayControl ? { environment: explicitControl } : {});
    const labels = (await readFile(path.join(picturesModel.folder, 'labels.txt'), 'utf8')).trim().split('\n');
    const b64 = (await readFile(pictureFile)).toString('base64');
    const [ofPicture] = await predictions(server, picturesModel.name, { b64 });
    const expected = {
      class: Number(fieldsOf(ofPicture).get('classes')),
      scores: listIn(ofPicture, picturesModel.scores),
      tensor: await predictions(server, tensorsModel.name, evenNumbers()),
    };
    return new PythonClients(server, { labels, expected, mayControl });
  }

  async ask(script: string, { model, picture }: AskedPictures = bundled): Promise<ClientAnswers> {
    const { url, grpcPort } = this.server;
    const questions = {
      http: url.replace('http://', ''),
      grpc: `127.0.0.1:${grpcPort}`,
      picture,
      pictures_model: model,
      pictures_input: picturesModel.input,
      scores: picturesModel.scores,
      tensors_model: tensorsModel.name,
      tensors_input: tensorsModel.input,
      tensors_scores: tensorsModel.scores,
      tensors_side: tensorsModel.side,
      may_control: this.#mayControl,
    };
    const file = path.resolve('verification', 'clients', script);
    const { code, out, error } = await runClient(
      clientsPython.program ?? '',
      [file],
      JSON.stringify(questions),
    );
    expect(code, error).to.equal(0);
    const answers = fieldsOf(parsed(out));
    return (call) => {
      expect([...answers.keys()]).to.include(call);
      return answers.get(call);
    };
  }
}

export function expectRefusal(answer: unknown, code: string | number, sentence: RegExp): void {
  expect(fieldsOf(answer).get('code')).to.equal(code);
  expect(fieldsOf(answer).get('details')).to.match(sentence);
}

async function predictions(
  { url }: RunningServer,
  model: string,
  instance: unknown,
): Promise<readonly unknown[]> {
  const answer = await fetch(`${url}/v1/models/${model}:predict`, {
    method: 'POST',
    body: JSON.stringify({ instances: [instance] }),
  });
  return listIn(await answer.json(), 'predictions');
}

/** From 0 to 1 in the order of the pixels, as the scripts send. */
function evenNumbers(): readonly (readonly (readonly number[])[])[] {
  const { side } = tensorsModel;
  const last = side * side * 3 - 1;
  const places = Array.from({ length: side }, (_, place) => place);
  return places.map((y) => places.map((x) => [0, 1, 2].map((c) => ((y * side + x) * 3 + c) / last)));
}
