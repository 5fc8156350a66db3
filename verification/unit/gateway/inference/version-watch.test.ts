/** Versions that come, go and cannot be found out while the server runs. */
import { expect } from 'chai';
import { ServingError } from '../../../../gateway/domain/errors.ts';
import type { ModelVersion } from '../../../../gateway/domain/model.ts';
import { ModelRegistry } from '../../../../gateway/inference/model-registry.ts';
import { heldAlias } from '../../../../gateway/inference/resnet-alias.ts';
import { VersionWatch } from '../../../../gateway/inference/version-watch.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { modelToServe } from '../../../support/gateway-under-test.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const away = new ServingError('backend-unavailable', 'Nobody is there.', { retryAfterSeconds: 2 });

interface Held {
  [name: string]: readonly number[] | Error;
}

interface Surroundings {
  readonly wanted?: string;
  readonly engine?: FakeEngine;
  readonly pauseMilliseconds?: number;
  readonly areAskedAtOnce?: boolean;
  /** What a question about a name waits for. */
  readonly delay?: (name: string) => Promise<void>;
}

function watchOver(
  held: Held,
  {
    wanted,
    engine = new FakeEngine(),
    pauseMilliseconds = 0,
    areAskedAtOnce = false,
    delay,
  }: Surroundings = {},
) {
  const names = ['first', 'second'];
  const faults: string[] = [];
  const registry = new ModelRegistry({
    models: names.map((name) => modelToServe(name, [])),
    resnet: (present) => heldAlias(wanted, names, present),
  });
  const watch = new VersionWatch({
    registry,
    engine,
    names: () => names,
    isRequired: (name) => name === wanted,
    versionsOf: async (name): Promise<readonly ModelVersion[]> => {
      await delay?.(name);
      const versions = held[name] ?? [];
      if (versions instanceof Error) throw versions;
      return versions.map((version) => ({ name, version }));
    },
    absence: (name) => `${name} is not there.`,
    pauseMilliseconds,
    areAskedAtOnce,
    onFault: ({ name, version }, cause) => faults.push(`${name}/${version} ${String(cause)}`),
  });
  const round = () => watch.round(new AbortController().signal);
  return { registry, watch, round, engine, faults };
}

describe('VersionWatch', () => {
  it('serves what is there, and lets the first that is held answer for resnet', async () => {
    const { registry, round, engine } = watchOver({ second: [3] });
    await round();
    expect(registry.resolve('resnet')).to.include({ name: 'second', version: 3 });
    expect(engine.loads).to.deep.equal(['second/3']);
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['second/3'] });
    expect(registry.list().map(({ state }) => state)).to.deep.equal(['not-installed', 'ready']);
  });

  it('answers with the new version once it is loaded, and releases the one that is gone', async () => {
    const held: Held = { first: [1] };
    const { registry, round, engine } = watchOver(held);
    await round();
    held['first'] = [2, 1];
    await round();
    expect(registry.resolve('first').version).to.equal(2);
    expect(registry.resolve('first', 1).version).to.equal(1);
    held['first'] = [2];
    await round();
    expect(engine.closed).to.deep.equal(['first/1']);
    expect(await thrownBy(() => registry.resolve('first', 1))).to.include({ kind: 'model-not-found' });
  });

  it('keeps what it has while nobody can say what there is', async () => {
    const held: Held = { first: [1] };
    const { registry, round } = watchOver(held);
    await round();
    held['first'] = away;
    await round();
    expect(registry.resolve('first').version).to.equal(1);
    expect(registry.readiness()).to.deep.include({ ready: true });
  });

  it('is not ready before it has asked for every model that somebody wants, and takes none for absent', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const { registry, watch } = watchOver(
      { first: [1], second: [1] },
      { wanted: 'second', delay: (name) => (name === 'second' ? answered : Promise.resolve()) },
    );
    const stop = new AbortController();
    const started = watch.start(stop.signal);
    while (registry.versionsOf('first').length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(registry.readiness()).to.deep.equal({ ready: false, reasons: ['model second is waiting'] });
    expect(registry.list()[1]).to.include({ state: 'waiting' });
    expect(await thrownBy(() => registry.resolve('second'))).to.include({
      kind: 'model-not-ready',
      message: 'Model second is still being looked for; try again in a few seconds.',
      retryAfterSeconds: 1,
    });
    answer();
    await started;
    stop.abort();
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['first/1', 'second/1'] });
  });

  it('says why a model has no version yet, and forgets it when one comes', async () => {
    const held: Held = { first: away };
    const { registry, round } = watchOver(held, { wanted: 'first' });
    await round();
    const error = await thrownBy(() => registry.resolve('resnet'));
    expect(error).to.include({ kind: 'backend-unavailable', retryAfterSeconds: 2 });
    expect(registry.readiness()).to.deep.equal({
      ready: false,
      reasons: ['model first cannot answer: Nobody is there.'],
    });
    held['first'] = [1];
    await round();
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['first/1'] });
    expect(registry.list()[0]).to.not.have.property('reason');
  });

  it('is ready in spite of names that nobody has asked for and nobody could ask about', async () => {
    const held: Held = { first: away, second: [1] };
    const { registry, round } = watchOver(held);
    await round();
    expect(registry.readiness()).to.deep.equal({ ready: true, models: ['second/1'] });
    expect(registry.list()[0]).to.include({ state: 'not-installed', reason: 'Nobody is there.' });
    expect(await thrownBy(() => registry.resolve('first'))).to.include({ kind: 'backend-unavailable' });
    expect(registry.resolve('resnet').name).to.equal('second');
  });

  it('is not ready without a model that somebody has asked for', async () => {
    const { registry, round } = watchOver({ second: [1] }, { wanted: 'first' });
    await round();
    expect(await thrownBy(() => registry.resolve('resnet'))).to.include({
      kind: 'model-not-ready',
      message: 'Model first cannot answer now: first is not there.',
    });
    expect(registry.readiness()).to.deep.include({ ready: false });
    expect(registry.resolve('second').version).to.equal(1);
  });

  it('tries a version that cannot be loaded again, and reports the same fault once', async () => {
    let isBroken = true;
    const engine = new FakeEngine({
      loadFault: () => (isBroken ? new ServingError('backend-failed', 'No metadata.') : undefined),
    });
    const { registry, round, faults } = watchOver({ first: [1] }, { engine });
    await round();
    await round();
    expect(faults).to.have.lengthOf(1);
    expect(await thrownBy(() => registry.resolve('first'))).to.include({ kind: 'backend-failed' });
    isBroken = false;
    await round();
    expect(registry.resolve('first').version).to.equal(1);
  });

  it('does not try a version again at once that cannot be loaded', async () => {
    const engine = new FakeEngine({ loadFault: () => new Error('broken') });
    const { round } = watchOver({ first: [1] }, { engine, pauseMilliseconds: 60_000 });
    await round();
    await round();
    expect(engine.loads).to.deep.equal(['first/1']);
  });

  it('tries again what could not be loaded when the server started', async () => {
    let isComplete = false;
    const engine = new FakeEngine({ loadFault: () => (isComplete ? undefined : new Error('half copied')) });
    const { registry, round } = watchOver({ first: [1] }, { engine });
    await registry.unregister('first');
    registry.register(modelToServe('first', [1]));
    await registry.loadAll(engine, new AbortController().signal);
    expect(registry.failedVersionsOf('first')).to.deep.equal([1]);
    await round();
    expect(registry.readiness().ready).to.equal(false);
    isComplete = true;
    await round();
    expect(registry.resolve('first').version).to.equal(1);
    expect(registry.failedVersionsOf('first')).to.deep.equal([]);
    expect(registry.list().find(({ name }) => name === 'first')?.versions).to.deep.equal([
      { version: 1, state: 'ready' },
    ]);
  });

  it('asks again only after the round before', async () => {
    const { round, engine } = watchOver({ first: [1] });
    await Promise.all([round(), round()]);
    expect(engine.loads).to.deep.equal(['first/1']);
  });

  it('may ask for all names at once, and follows the answers in their order', async () => {
    let ask = (): void => undefined;
    const secondIsAsked = new Promise<void>((resolve) => (ask = resolve));
    const delay = async (name: string): Promise<void> => {
      if (name === 'second') ask();
      await secondIsAsked;
    };
    const { round, engine } = watchOver({ first: [1], second: [2] }, { areAskedAtOnce: true, delay });
    await round();
    expect(engine.loads).to.deep.equal(['first/1', 'second/2']);
  });

  it('goes on from round to round until it is stopped', async () => {
    const held: Held = {};
    const { registry, watch } = watchOver(held);
    const stop = new AbortController();
    await watch.start(stop.signal);
    held['first'] = [1];
    while (registry.versionsOf('first').length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    stop.abort();
    held['first'] = [];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(registry.versionsOf('first')).to.deep.equal([1]);
  });
});
