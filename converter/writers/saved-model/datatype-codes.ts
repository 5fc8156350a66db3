/** TensorFlow's number for a datatype: the reader's table, looked up from the other side. */
import { tensorFlowDatatype } from '../../readers/saved-model/tensorflow-datatypes.ts';
import type { TensorFlowDatatype } from '../../readers/saved-model/tensorflow-graph.ts';

/** The plain datatypes are numbered 1 to 23; references to them lie above 100. */
const lastCode = 23;

const codes: ReadonlyMap<TensorFlowDatatype, number> = new Map(
  Array.from({ length: lastCode }, (_, index) => [tensorFlowDatatype(index + 1), index + 1]),
);

/** @throws RangeError for a datatype that TensorFlow does not number. */
export function datatypeCode(datatype: TensorFlowDatatype): number {
  const code = codes.get(datatype);
  if (code === undefined) throw new RangeError(`TensorFlow has no datatype ${datatype}.`);
  return code;
}
