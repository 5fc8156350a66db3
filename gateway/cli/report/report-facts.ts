/** Everything a report tells, before it is a page. */
import type { ClassName } from './class-names.ts';
import type { Tally } from './tally.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface ModelUnderReport {
  readonly name: string;
  readonly version: number;
  readonly title: string | undefined;
  readonly licence: string | undefined;
  readonly classCount: number | undefined;
}

export interface ReportFacts {
  readonly model: ModelUnderReport;
  readonly nameOf: ClassName;
  readonly tally: Tally;
  readonly thumbnails: Thumbnails;
  /** How many predictions a picture were asked for. */
  readonly top: number;
  /** What classifying took, without the making of this report. */
  readonly milliseconds: number;
  readonly writtenAt: Date;
  readonly programVersion: string;
}
