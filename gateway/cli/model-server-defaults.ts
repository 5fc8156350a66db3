/** The defaults of settings in the place of TensorFlow Serving, by variable. */

/**
 * Gateways bound what they take and send more than that: base64, or pictures as tensors of floats. TensorFlow Serving
 * itself takes messages of up to 2 GiB.
 */
export const modelServerDefaults: Readonly<Record<string, string>> = {
  MAX_UPLOAD_BYTES: String(256 * 1024 * 1024),
};
