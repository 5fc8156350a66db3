/** The containers of one Compose project, started by docker_run.sh, and what the engine tells about them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { attempt, command } from './command.mjs';

/** How long something that comes by itself may take. */
const patienceMilliseconds = 60_000;

/** Of the Compose files; the last one's is for the test alone. */
export const imageNames = ['fovea-img-class', 'fovea-tf-serving', 'fovea-verification'];

export class Containers {
  #options;
  #label;

  /** @param environment What docker and the Compose files see, `COMPOSE_PROJECT_NAME` among it. */
  constructor({ root, environment, signal }) {
    this.#options = { cwd: root, env: environment, signal };
    // Compose marks so what it makes for a project.
    this.#label = `label=com.docker.compose.project=${environment.COMPOSE_PROJECT_NAME}`;
  }

  /** The same project in an environment that says something else, too. */
  with(environment) {
    return new Containers({
      root: this.#options.cwd,
      environment: { ...this.#options.env, ...environment },
      signal: this.#options.signal,
    });
  }

  run(word) {
    return command(['bash', 'docker_run.sh', word, '--stand-in'], this.#options);
  }

  docker(...words) {
    return command(['docker', ...words], this.#options);
  }

  compose(...words) {
    return this.docker('compose', ...words);
  }

  async inspect(service) {
    const id = await this.compose('ps', '--all', '--quiet', service);
    const [facts] = JSON.parse(await this.docker('container', 'inspect', id));
    return facts;
  }

  /** `[name, megabytes]` of each image. */
  async imageSizes(names) {
    const sizes = await this.docker('image', 'inspect', '--format', '{{.Size}}', ...names);
    return sizes.split('\n').map((size, index) => [names[index], Math.round(Number(size) / 1e6)]);
  }

  /** The identity of the image that each name stands for; `undefined` where there is none. */
  async images() {
    const of = (name) => attempt(['docker', 'image', 'inspect', '--format', '{{.Id}}', name], this.#options);
    return new Map(await Promise.all(imageNames.map(async (name) => [name, await of(name)])));
  }

  /** Lets the names stand for what they stood for when `images` was asked, so that nobody starts ours unawares. */
  async restoreImages(before) {
    const now = await this.images();
    for (const [name, image] of before) {
      if (image === now.get(name)) continue;
      if (now.get(name) !== undefined) await this.docker('image', 'rm', name);
      if (image !== undefined) await this.docker('image', 'tag', image, name);
    }
  }

  /** Removes the images of this project that have no name any more. */
  async removeNameless() {
    await this.docker('image', 'prune', '--force', '--filter', this.#label);
  }

  /** Standard output and error of a program in a running container. */
  inside(service, ...words) {
    return this.compose('exec', '--no-TTY', service, ...words);
  }

  /** Names of everything of this project that the engine still has. */
  async leftovers() {
    const ours = ['--filter', this.#label];
    const lists = await Promise.all([
      this.docker('ps', '--all', ...ours, '--format', '{{.Names}}'),
      this.docker('network', 'ls', ...ours, '--format', '{{.Name}}'),
      this.docker('volume', 'ls', ...ours, '--format', '{{.Name}}'),
    ]);
    return lists.flatMap((list) => list.split('\n')).filter((name) => name !== '');
  }

  /** Repeats `look` until it is true. */
  async until(look) {
    // Held by name to the end, as in engine.mjs.
    const patience = AbortSignal.timeout(patienceMilliseconds);
    const signal = AbortSignal.any([this.#options.signal, patience]);
    while (!(await look())) {
      patience.throwIfAborted();
      await sleep(500, undefined, { signal });
    }
  }
}
