/** An entry of a map, which protobuf writes as a message of its own. */

/** Numbers of its fields. */
export const MapEntry = { key: 1, value: 2 };
