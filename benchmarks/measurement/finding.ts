/** What a scenario found out: the figures of both sides, what follows from them, and whether a promise holds. */

export interface Figure {
  readonly value: number;
  /** Empty for a ratio. */
  readonly unit: string;
}

export interface NamedFigure extends Figure {
  readonly name: string;
}

export interface Bound {
  readonly relation: 'at least' | 'at most';
  /** In the unit of the result. */
  readonly value: number;
}

export interface Finding {
  readonly scenario: string;
  /** Absent when the finding is about the machine or the program as a whole. */
  readonly model?: string;
  /** What is compared with what, in a few words. */
  readonly promise: string;
  readonly ours?: NamedFigure;
  readonly theirs?: NamedFigure;
  readonly result: Figure;
  /** Absent when nothing is promised and the figure is for information. */
  readonly bound?: Bound;
  /** Further figures that explain the result. */
  readonly details: readonly NamedFigure[];
  /** The share of the processors, from 0 to 1, that other programs used during most measurements of it. */
  readonly foreignShare: number;
}

/** Undefined when nothing was promised. A result that is not a number keeps no promise. */
export function holds({ result, bound }: Pick<Finding, 'result' | 'bound'>): boolean | undefined {
  if (bound === undefined) return undefined;
  return bound.relation === 'at least' ? result.value >= bound.value : result.value <= bound.value;
}

export const atLeast = (value: number): Bound => ({ relation: 'at least', value });
export const atMost = (value: number): Bound => ({ relation: 'at most', value });
export const ratio = (value: number): Figure => ({ value, unit: '' });
export const figure = (name: string, value: number, unit: string): NamedFigure => ({ name, value, unit });
