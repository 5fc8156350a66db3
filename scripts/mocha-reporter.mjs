/** Mocha's spec report, plus the skipped titles in one place and a tally file that survives a crash. */
import fs from 'node:fs';
import process from 'node:process';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Mocha.Runner.constants;

/** How long a finished run may keep sockets, timers or threads open before it counts as a leak. */
const leakMilliseconds = 10_000;

export default class TallyingReporter extends Mocha.reporters.Spec {
  #skipped = [];
  #tally = process.env.FOVEA_TEST_TALLY;

  constructor(runner, options) {
    super(runner, options);
    runner.on(EVENT_TEST_PASS, () => this.#count('p'));
    runner.on(EVENT_TEST_FAIL, () => this.#count('f'));
    runner.on(EVENT_TEST_PENDING, (test) => {
      this.#count('s');
      this.#skipped.push(test.fullTitle());
    });
    runner.once(EVENT_RUN_END, () => {
      this.#listSkipped();
      this.#watchForLeak();
    });
  }

  #count(letter) {
    if (this.#tally !== undefined) fs.appendFileSync(this.#tally, letter);
  }

  #listSkipped() {
    if (this.#skipped.length === 0) return;
    console.log('  skipped:');
    for (const title of this.#skipped) console.log(`  - ${title}`);
  }

  #watchForLeak() {
    const timer = setTimeout(() => {
      console.error(`A test left something open: ${process.getActiveResourcesInfo().join(', ')}`);
      this.#count('f');
      process.exit(1);
    }, leakMilliseconds);
    timer.unref();
  }
}
