/** What goes to the workshop's thread and what comes back. */
import type { ConversionReport } from '../../converter/conversion-report.ts';
import type { ConversionRequest } from '../../converter/convert-checkpoint.ts';
import type { SavedModelRequest } from '../../converter/convert-saved-model.ts';
import type { ModelInspection } from '../../converter/inspect/model-inspection.ts';

export type WorkshopJob =
  | { readonly kind: 'checkpoint'; readonly request: ConversionRequest }
  | { readonly kind: 'saved-model'; readonly request: SavedModelRequest }
  /** Absolute path of a model in any known format. */
  | { readonly kind: 'inspect'; readonly place: string };

export type WorkshopResult =
  | { readonly type: 'converted'; readonly report: ConversionReport }
  | { readonly type: 'inspected'; readonly inspection: ModelInspection };

export type WorkshopMessage =
  | WorkshopResult
  /** What is being done from now on, such as `reading the weights`. */
  | { readonly type: 'stage'; readonly stage: string }
  /** The converter's own sentence about the model. */
  | { readonly type: 'refused'; readonly sentence: string }
  | { readonly type: 'failed'; readonly cause: string };

export function isWorkshopJob(value: unknown): value is WorkshopJob {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

export function isWorkshopMessage(value: unknown): value is WorkshopMessage {
  return typeof value === 'object' && value !== null && 'type' in value;
}
