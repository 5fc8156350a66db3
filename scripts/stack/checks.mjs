/** The checks of the whole stack, in their order: each leaves the containers as the next one needs them. */
import assert from 'node:assert/strict';
import { Unavailable } from './checklist.mjs';
import { postForm, startSlowUpload, takePort } from './client.mjs';
import { imageNames } from './containers.mjs';
import { askLive, inferClass } from './open-inference.mjs';

/** A healthy answer takes a moment; this is for a machine that is busy. */
const patienceSeconds = 30;
/** What npm says for want of a network, not of a package. */
const lacksRegistry =
  /npm (error|ERR!) code (ENOTFOUND|EAI_AGAIN|ECONN\w+|E?TIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)/;
/** How many requests in a row tell that a state lasts. */
const several = 5;

/** `[title, check, whether the next ones make no sense without it]` of each; a check gets the `stack` of the run. */
export const checks = [
  ['the Compose files are valid', validFiles, true],
  ['building the images', buildImages, true],
  ['a port that is taken: one sentence, and nothing to clean up before the next start', takenPort, false],
  ['starting the stack', ({ serving }) => serving.run('up'), true],
  ['classifying a picture from outside', classifyFromOutside, false],
  ['classifying a picture from outside over gRPC', classifyOverGrpc, false],
  ['nobody is root or can write, and only the gateway is published', lockedDown, false],
  ['testing from inside, by the verification container', testFromInside, false],
  ['a test that fails inside: docker_run.sh test fails', failFromInside, false],
  ['TensorFlow Serving killed: 503, and answers again when it is back', surviveTheBackend, false],
  ['TensorFlow Serving ended by itself: it is started again', restartByItself, false],
  ['SIGTERM while pictures are inside, and one still comes in: they are answered first', drain, false],
  ['taking everything down', takeDown, false],
];

async function validFiles({ serving }) {
  await serving.compose('-f', 'docker-compose.yml', 'config', '--quiet');
  await serving.compose('-f', 'docker-compose.yml', '-f', 'docker-compose-gpu.yml', 'config', '--quiet');
  await serving.compose('-f', 'docker-compose-test.yml', 'config', '--quiet');
}

async function buildImages({ serving }) {
  await serving.run('build').catch((error) => {
    if (lacksRegistry.test(error.details))
      throw new Unavailable('the npm registry does not answer in a container');
    throw error;
  });
  for (const [name, megabytes] of await serving.imageSizes(imageNames.slice(0, 2)))
    console.error(`fovea: ${name}: ${megabytes} MB`);
}

async function takenPort({ serving, grpcPort }) {
  const giveBack = await takePort(grpcPort);
  try {
    await assert.rejects(serving.run('up'), ({ message, details }) => {
      assert.match(message, /ended with 1\.$/);
      assert.match(details, /^docker_run\.sh: a port is taken, [^\n]*\.$/m);
      return true;
    });
  } finally {
    await giveBack();
  }
}

async function classifyFromOutside({ url, picture, expected }) {
  const { status, text } = await postForm(url, picture, patienceSeconds);
  assert.equal(status, 200, text);
  if (expected === undefined)
    throw new Unavailable(`the class was not compared, for there is no cat.jpg here; it was ${text}`);
  assert.deepEqual(JSON.parse(text), { classes: expected });
}

/** Without a known class, the answer over HTTP is the one to give. */
async function classifyOverGrpc({ url, grpcPort, resnetModel, picture }) {
  await askLive(grpcPort, patienceSeconds);
  const { text } = await postForm(url, picture, patienceSeconds);
  const classified = await inferClass(grpcPort, resnetModel, picture, patienceSeconds);
  assert.deepEqual(JSON.parse(text), { classes: classified });
}

async function lockedDown({ serving }) {
  for (const service of ['img-class', 'tf-serving']) {
    assert.equal(await serving.inside(service, 'id', '-u'), '1000', `${service} runs as another user`);
    const process = await serving.inside(service, 'cat', '/proc/1/status');
    assert.match(process, /^CapBnd:\s+0+$/m, `${service} has capabilities`);
    assert.match(process, /^NoNewPrivs:\s+1$/m, `${service} may gain privileges`);
    for (const folder of ['/app', '/etc', '/models'])
      await assert.rejects(serving.inside(service, 'touch', `${folder}/written`), ({ details }) =>
        details.includes('Read-only file system'),
      );
    const { HostConfig, Config, NetworkSettings, State } = await serving.inspect(service);
    const isGateway = service === 'img-class';
    const published = Object.values(NetworkSettings.Ports).filter((ports) => ports !== null);
    assert.equal(published.length, isGateway ? 2 : 0, `${service} publishes ports`);
    if (isGateway) assert.deepEqual(Config.Healthcheck.Test, ['CMD', 'fovea', 'health']);
    assert.equal(State.Health.Status, 'healthy');
    assert.ok(HostConfig.Memory > 0, `${service} has no memory limit`);
  }
}

/** Where there are pictures with known classes, no test has a reason to be left out. */
async function testFromInside({ testing, expected }) {
  const report = await testing.run('test');
  assert.match(report, /^ *[1-9]\d* passing/m, report);
  if (expected !== undefined) assert.doesNotMatch(report, /^ *\d+ pending/m, report);
}

/** Of what the container asks, the picture alone is wrong. */
async function failFromInside({ testing, spoiledPictures }) {
  const failing = testing.with({ STACK_PICTURES: spoiledPictures });
  await assert.rejects(failing.run('test'), ({ message, details }) => {
    assert.match(message, /ended with 1\.$/);
    assert.match(details, /^ *1 failing$/m);
    assert.match(details, /^docker_run\.sh: the test failed;/m);
    return true;
  });
  assert.deepEqual(await testing.leftovers(), []);
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

async function restartByItself({ serving, url, picture }) {
  const { State: before } = await serving.inspect('tf-serving');
  await serving.inside('tf-serving', 'sh', '-c', 'kill -TERM 1');
  await serving.until(async () => {
    const { State } = await serving.inspect('tf-serving');
    return State.Running && State.StartedAt !== before.StartedAt;
  });
  await serving.until(async () => (await postForm(url, picture, patienceSeconds)).status === 200);
}

/** TensorFlow Serving stands still meanwhile, so that what waits for it is inside for certain when the signal comes. */
async function drain(stack) {
  const { serving, url, grpcPort, resnetModel, picture, expected } = stack;
  const [whole, half] = [await startSlowUpload(url, picture), await startSlowUpload(url, picture)];
  await serving.compose('pause', 'tf-serving');
  const [wholeStatus, classified, halfStatus] = await Promise.all([
    whole.finish(),
    inferClass(grpcPort, resnetModel, picture, patienceSeconds),
    stopAround(stack, half),
  ]);
  assert.deepEqual([wholeStatus, halfStatus], [200, 200]);
  if (expected !== undefined) assert.equal(classified, expected);
  const { State } = await serving.inspect('img-class');
  assert.equal(State.ExitCode, 0);
}

/** When the gateway says that it stops, and not before, TensorFlow Serving goes on and the rest of the picture comes. */
async function stopAround({ serving, url, grpcPort }, upload) {
  // Answers to somebody else, later, say that the pictures are inside.
  await askLive(grpcPort, patienceSeconds);
  await fetch(new URL('/health', url));
  const isStopping = async () =>
    (await serving.compose('logs', '--no-log-prefix', 'img-class')).includes('Stopping:');
  const goOn = () => serving.compose('unpause', 'tf-serving');
  const [status] = await Promise.all([
    serving
      .until(isStopping)
      .finally(goOn)
      .then(() => upload.finish()),
    serving.compose('stop', 'img-class'),
  ]);
  return status;
}

async function takeDown({ serving, testing }) {
  await serving.run('down');
  assert.deepEqual([...(await serving.leftovers()), ...(await testing.leftovers())], []);
}
