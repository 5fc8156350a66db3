/** Keeps ONNX Runtime from reporting to its maker; to be imported where threads are started, and before the runtime. */

/**
 * From 1.29 on the runtime's builds for Linux and macOS send names and hashes of models, timings and a device's id to
 * Microsoft, and keep that id in the home folder, unless this is set when the library is loaded
 * (microsoft/onnxruntime#27379). A thread has only a copy of the environment, so its starter has to set it. What the
 * operator has set stays.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
