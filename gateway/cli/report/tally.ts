/** Counts what the report tells, picture by picture, in memory that grows with the classes and not with the pictures. */
import { Calibration } from './calibration.ts';
import { ConfusionCounts } from './confusion-counts.ts';
import { Reservoir } from './reservoir.ts';
import type { TrueClass } from './true-class.ts';

/** One picture that the model answered. */
export interface Answer {
  readonly file: string;
  readonly predicted: number;
  /** Classes, likeliest first, as many as were asked for. */
  readonly ranked: readonly number[];
  /** Probability of the likeliest class, 0 to 1. */
  readonly confidence: number;
  readonly truth: TrueClass;
}

export interface FailedPicture {
  readonly file: string;
  readonly sentence: string;
}

export interface TallyLimits {
  readonly samples: number;
  readonly mistakes: number;
  readonly failures: number;
  readonly seed: number;
}

/** What the report shows at most: 60 thumbnails keep it below a megabyte. */
export const reportLimits: TallyLimits = { samples: 36, mistakes: 24, failures: 50, seed: 1 };

export class Tally {
  readonly limits: TallyLimits;
  readonly calibration = new Calibration();
  readonly confusions = new ConfusionCounts();
  /** Pictures by predicted class, with and without a true label. */
  readonly predictions = new Map<number, number>();
  /** Pictures by the rule that found their true class. */
  readonly truthRules = new Map<string, number>();
  /** Pictures by the name that fits several classes. */
  readonly unclearNames = new Map<string, number>();
  answered = 0;
  failed = 0;
  labelled = 0;
  right = 0;
  /** Pictures whose true class is among the ranked ones. */
  rightAmongRanked = 0;
  readonly #samples: Reservoir<Answer>;
  readonly #mistakes: Answer[] = [];
  readonly #failures: FailedPicture[] = [];

  constructor(limits: TallyLimits = reportLimits) {
    this.limits = limits;
    this.#samples = new Reservoir(limits.samples, limits.seed);
  }

  add(answer: Answer): void {
    const { truth, predicted } = answer;
    this.answered += 1;
    count(this.predictions, predicted);
    this.#samples.add(answer);
    if (truth.kind === 'unclear') count(this.unclearNames, truth.name);
    if (truth.kind !== 'known') return;
    count(this.truthRules, truth.rule);
    this.#judge(answer, truth.class);
  }

  fail(picture: FailedPicture): void {
    this.failed += 1;
    if (this.#failures.length < this.limits.failures) this.#failures.push(picture);
  }

  get samples(): readonly Answer[] {
    return this.#samples.items;
  }

  /** Wrong answers, the most confident first. */
  get mistakes(): readonly Answer[] {
    return this.#mistakes;
  }

  /** The first ones only. */
  get failures(): readonly FailedPicture[] {
    return this.#failures;
  }

  #judge(answer: Answer, truth: number): void {
    const isRight = answer.predicted === truth;
    this.labelled += 1;
    this.right += isRight ? 1 : 0;
    this.rightAmongRanked += isRight || answer.ranked.includes(truth) ? 1 : 0;
    this.calibration.add(answer.confidence, isRight);
    this.confusions.add(truth, answer.predicted);
    if (!isRight) this.#keepMistake(answer);
  }

  #keepMistake(answer: Answer): void {
    const place = this.#mistakes.findIndex(({ confidence }) => confidence < answer.confidence);
    this.#mistakes.splice(place < 0 ? this.#mistakes.length : place, 0, answer);
    this.#mistakes.splice(this.limits.mistakes);
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
