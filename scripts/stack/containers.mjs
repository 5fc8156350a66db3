/** The containers of one Compose project, started by docker_run.sh, and what the engine tells about them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from './command.mjs';

/** How long something that comes by itself may take. */
const patienceMilliseconds = 60_000;

export class Containers {
  #options;
  #project;

  /** @param environment What docker and the Compose files see, `COMPOSE_PROJECT_NAME` among it. */
  constructor({ root, environment, signal }) {
    this.#options = { cwd: root, env: environment, signal };
    this.#project = environment.COMPOSE_PROJECT_NAME;
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

  /** Names of everything of this project that the engine still has. */
  async leftovers() {
    const ours = ['--filter', `label=com.docker.compose.project=${this.#project}`];
    const lists = await Promise.all([
      this.docker('ps', '--all', ...ours, '--format', '{{.Names}}'),
      this.docker('network', 'ls', ...ours, '--format', '{{.Name}}'),
      this.docker('volume', 'ls', ...ours, '--format', '{{.Name}}'),
    ]);
    return lists.flatMap((list) => list.split('\n')).filter((name) => name !== '');
  }

  /** Repeats `look` until it is true. */
  async until(look) {
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(patienceMilliseconds)]);
    while (!(await look())) await sleep(500, undefined, { signal });
  }
}
