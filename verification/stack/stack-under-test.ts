/** Where the stack under test answers and which pictures are at hand, as docker-compose-test.yml tells the container. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const { STACK_GATEWAY, STACK_BACKEND, STACK_PICTURES } = process.env;

/** Empty when there is a stack; otherwise what the title of a skipped test says. */
export const stackReason =
  STACK_GATEWAY === undefined || STACK_BACKEND === undefined
    ? ' (skipped: no stack; ./docker_run.sh test starts one)'
    : '';

export const gateway = STACK_GATEWAY ?? '';

/** The REST API of TensorFlow Serving itself. */
export const backend = STACK_BACKEND ?? '';

/** A picture of the mounted folder, or `undefined` when it has none of that name. */
export function mountedPicture(name: string): Uint8Array | undefined {
  const file = path.join(STACK_PICTURES ?? '', name);
  return STACK_PICTURES !== undefined && existsSync(file) ? readFileSync(file) : undefined;
}

/** The model that answers /classify/resnet. */
export async function resnetModel(): Promise<{ readonly name: string; readonly classes: number }> {
  const answer = await fetch(`${gateway}/classify`);
  const { resnet, models } = (await answer.json()) as {
    readonly resnet: string | null;
    readonly models: readonly { readonly name: string; readonly classes: number }[];
  };
  const model = models.find(({ name }) => name === resnet);
  if (model === undefined) throw new Error('GET /classify names no model behind resnet');
  return model;
}
