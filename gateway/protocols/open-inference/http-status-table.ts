/** The HTTP status of every kind of error on the paths of the Open Inference Protocol. */
import type { ErrorKind } from '../../domain/errors.ts';
import { statusTable } from '../../transports/http/status-table.ts';

/** A full queue is 503, which the protocol's clients try again; everything else is as on our own paths. */
export const httpStatusTable: Readonly<Record<ErrorKind, number>> = { ...statusTable, overloaded: 503 };
