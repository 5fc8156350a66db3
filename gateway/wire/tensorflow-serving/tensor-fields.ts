/** Numbers of the fields of a tensor and its shape, in the messages of their names. */

export const TensorProto = {
  dtype: 1,
  tensorShape: 2,
  tensorContent: 4,
  floatVal: 5,
  doubleVal: 6,
  intVal: 7,
  stringVal: 8,
  int64Val: 10,
  boolVal: 11,
  halfVal: 13,
  uint32Val: 16,
  uint64Val: 17,
};
export const TensorShapeProto = { dim: 2, unknownRank: 3 };
export const Dim = { size: 1 };
