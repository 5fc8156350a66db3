/** Starts the stand-in for TensorFlow Serving that is made of TensorFlow itself and the official stubs. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface ReferenceBackend {
  readonly restPort: number;
  readonly grpcPort: number;
  /** TensorFlow's. */
  readonly version: string;
  stop(): Promise<void>;
}

export interface ReferenceBackendOptions {
  readonly python: string;
  /** Folders of numbered versions, by name of the model. */
  readonly models: Readonly<Record<string, string>>;
  /** Answers tensors over gRPC as raw bytes. */
  readonly isContentPreferred?: boolean;
}

const program = path.resolve('verification', 'reference', 'serve.py');

/** Resolves when it listens, which is when its models are loaded: seconds, most of them for TensorFlow itself. */
export async function startReferenceBackend(options: ReferenceBackendOptions): Promise<ReferenceBackend> {
  const { python, models, isContentPreferred = false } = options;
  const words = [
    ...Object.entries(models).flatMap(([name, folder]) => ['--model', `${name}=${folder}`]),
    ...(isContentPreferred ? ['--tensor-content'] : []),
  ];
  // Compiled modules beside the sources would show up as changes to the tree.
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(python, [program, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    void ended.then(() => {
      reject(new Error(`the stand-in ended before it listened: ${said}`));
    });
  });
  const listening: unknown = JSON.parse(line);
  return {
    restPort: Number(fieldOf(listening, 'rest')),
    grpcPort: Number(fieldOf(listening, 'grpc')),
    version: String(fieldOf(listening, 'tensorflow')),
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
