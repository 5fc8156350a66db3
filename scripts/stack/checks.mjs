/** The checks of the whole stack, in their order: each leaves the containers as the next one needs them. */
import assert from 'node:assert/strict';
import { Unavailable } from './checklist.mjs';
import { postForm, startSlowUpload } from './client.mjs';

/** A healthy answer takes a moment; this is for a machine that is busy. */
const patienceSeconds = 30;
/** How many requests in a row tell that a state lasts. */
const several = 5;

/** `[title, check, whether the next ones make no sense without it]` of each; a check gets the `stack` of the run. */
export const checks = [
  ['the Compose files are valid', validFiles, true],
  ['building the images', buildImages, true],
  ['starting the stack', ({ serving }) => serving.run('up'), true],
  ['classifying a picture from outside', classifyFromOutside, false],
  ['only the gateway is published, and nobody is root', lockedDown, false],
  ['testing from inside, by the verification container', ({ testing }) => testing.run('test'), false],
  ['TensorFlow Serving killed: 503, and answers again when it is back', surviveTheBackend, false],
  ['SIGTERM while a picture comes in: it is answered first', drain, false],
  ['taking everything down', takeDown, false],
];

async function validFiles({ serving }) {
  await serving.compose('-f', 'docker-compose.yml', 'config', '--quiet');
  await serving.compose('-f', 'docker-compose.yml', '-f', 'docker-compose-gpu.yml', 'config', '--quiet');
  await serving.compose('-f', 'docker-compose-test.yml', 'config', '--quiet');
}

async function buildImages({ serving }) {
  await serving.run('build');
  for (const [name, megabytes] of await serving.imageSizes(['fovea-img-class', 'fovea-tf-serving']))
    console.error(`fovea: ${name}: ${megabytes} MB`);
}

async function classifyFromOutside({ url, picture, expected }) {
  const { status, text } = await postForm(url, picture, patienceSeconds);
  assert.equal(status, 200, text);
  if (expected === undefined)
    throw new Unavailable(`the class was not compared, for there is no cat.jpg here; it was ${text}.`);
  assert.deepEqual(JSON.parse(text), { classes: expected });
}

async function lockedDown({ serving }) {
  for (const service of ['img-class', 'tf-serving']) {
    const { HostConfig, Config, NetworkSettings } = await serving.inspect(service);
    const published = Object.values(NetworkSettings.Ports).filter((ports) => ports !== null);
    assert.equal(published.length, service === 'img-class' ? 2 : 0, `${service} publishes ports`);
    assert.equal(HostConfig.ReadonlyRootfs, true, `${service} can write its own files`);
    assert.match(Config.User, /^(node|1000)/, `${service} runs as ${Config.User || 'root'}`);
    assert.ok(HostConfig.Memory > 0, `${service} has no memory limit`);
  }
}

async function surviveTheBackend({ serving, url, picture, deadlineSeconds }) {
  await serving.compose('kill', 'tf-serving');
  try {
    for (let count = 0; count < several; count += 1) {
      const { status, text } = await postForm(url, picture, deadlineSeconds + 2);
      assert.equal(status, 503, text);
      assert.deepEqual(Object.keys(JSON.parse(text)), ['error']);
    }
    const { status } = await fetch(new URL('/health', url));
    assert.equal(status, 200);
  } finally {
    await serving.compose('start', 'tf-serving');
  }
  await serving.until(async () => (await postForm(url, picture, patienceSeconds)).status === 200);
  for (let count = 0; count < several; count += 1)
    assert.equal((await postForm(url, picture, patienceSeconds)).status, 200);
}

async function drain({ serving, url, picture }) {
  const upload = await startSlowUpload(url, picture);
  // An answer to somebody else, later, says that the half picture is inside.
  await fetch(new URL('/health', url));
  const stopped = serving.compose('stop', 'img-class');
  await serving.until(async () =>
    (await serving.compose('logs', '--no-log-prefix', 'img-class')).includes('Stopping:'),
  );
  assert.equal(await upload.finish(), 200);
  await stopped;
  const { State } = await serving.inspect('img-class');
  assert.equal(State.ExitCode, 0);
}

async function takeDown({ serving, testing }) {
  await serving.run('down');
  assert.deepEqual([...(await serving.leftovers()), ...(await testing.leftovers())], []);
}
