#!/usr/bin/env python3
"""TensorFlow's side of the benchmark: answers one JSON line for each JSON line on standard input.

{"task": "open", "folder": a SavedModel, "pictures": [JPEG files]}  ->  {"answer": {"version"}}
Without "pictures" the signature is fed a tensor of noise with one row.
{"task": "run", "count": pictures, one a call}  ->  {"answer": {"seconds", "medianMilliseconds"}}
An error is {"error": its text}. TensorFlow chooses its own threads, as it does for everybody.
"""
import json
import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf


class Baseline:
    def __init__(self):
        self.signature = None
        self.keyword = None
        self.pictures = []

    def open(self, request):
        # The loaded object must stay alive as long as its signature is used.
        self.model = tf.saved_model.load(request["folder"])
        self.signature = self.model.signatures["serving_default"]
        self.keyword = next(iter(self.signature.structured_input_signature[1]))
        for path in request.get("pictures", []):
            with open(path, "rb") as file:
                self.pictures.append(np.array([file.read()], dtype=object))
        if not self.pictures:
            shape = self.signature.structured_input_signature[1][self.keyword].shape
            sizes = [1 if size is None else size for size in shape]
            self.pictures.append(np.random.default_rng(1).uniform(-1, 1, sizes).astype(np.float32))
        return {"version": tf.__version__}

    def run(self, request):
        milliseconds = []
        began = time.perf_counter()
        for item in range(request["count"]):
            item_began = time.perf_counter()
            picture = self.pictures[item % len(self.pictures)]
            answer = self.signature(**{self.keyword: tf.constant(picture)})
            # As a client would: the numbers leave TensorFlow.
            for value in answer.values():
                value.numpy()
            milliseconds.append((time.perf_counter() - item_began) * 1000)
        return {
            "seconds": time.perf_counter() - began,
            "medianMilliseconds": statistics.median(milliseconds),
        }


def main():
    baseline = Baseline()
    tasks = {"open": baseline.open, "run": baseline.run}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": tasks[request["task"]](request)}
        except Exception as error:  # whatever it is, the other end shall hear of it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
