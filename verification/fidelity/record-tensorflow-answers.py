#!/usr/bin/env python3
"""Record TensorFlow's own answers on the ImageNet samples, for the fidelity tests to hold Fovea against.

usage: record-tensorflow-answers.py [--shared ../shared] [--out verification/fidelity]
needs: pip install tensorflow-cpu, and a built tree (npm run build) to fill the ResNet's missing weights

For each model: the class of every picture and the whole probability vector, rounded to 1/65535 (7.6e-6) so that
400 x 1001 numbers stay a small file. The ResNet graph is official, its weights are seeded noise.
"""
import argparse
import datetime
import gzip
import json
import os
import platform
import subprocess
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf

RESNET = "resnet_v2_fp32_savedmodel_NHWC_jpg"


def class_ranks(shared):
    """Class index of each WordNet number: its rank among the thousand, plus one for the background class."""
    with open(os.path.join(shared, "data", "models", "imagenet_wnids.txt"), encoding="utf-8") as lines:
        return {number: rank + 1 for rank, number in enumerate(sorted(line.strip() for line in lines if line.strip()))}


def record(folder, pictures, out, name):
    signature = tf.saved_model.load(folder).signatures["serving_default"]
    classes, vectors = [], []
    for number, picture in enumerate(pictures, 1):
        with open(picture, "rb") as file:
            answer = signature(image_bytes=tf.constant([file.read()]))
        classes.append(int(answer["classes"][0]))
        vectors.append(np.rint(answer["probabilities"][0].numpy() * 65535).astype("<u2"))
        if number % 50 == 0:
            print(f"{name}: {number} of {len(pictures)}", flush=True)
    with open(os.path.join(out, f"{name}.probabilities.gz"), "wb") as file:
        file.write(gzip.compress(np.stack(vectors).tobytes(), mtime=0))
    return classes


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", default="../shared")
    parser.add_argument("--out", default="verification/fidelity")
    options = parser.parse_args()
    samples = os.path.join(options.shared, "data", "imagenet-samples")
    names = sorted(name for name in os.listdir(samples) if name.lower().endswith((".jpeg", ".jpg")))
    pictures = [os.path.join(samples, name) for name in names]
    ranks = class_ranks(options.shared)
    truth = [ranks[name.split("_")[0]] for name in names]
    models = os.path.join(options.shared, "data", "models")
    report = {
        "recorded": datetime.date.today().isoformat(),
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
        "pictures": names,
        "models": {},
    }
    with tempfile.TemporaryDirectory() as filled:
        subprocess.run(
            ["node", "dist/verification/support/fill-saved-model.js", os.path.join(models, RESNET, "1538687457"), filled],
            check=True,
        )
        folders = {
            "mobilenet_edgetpu_tf1": os.path.join(models, "mobilenet_edgetpu_tf1", "1"),
            "mobilenet_edgetpu_tf2": os.path.join(models, "mobilenet_edgetpu_tf2", "1"),
            RESNET: filled,
        }
        for name, folder in folders.items():
            # Random weights tell nothing about accuracy: fifty pictures show whether the arithmetic agrees.
            chosen = pictures[::8] if name == RESNET else pictures
            classes = record(folder, chosen, options.out, name)
            entry = {"every": 8 if name == RESNET else 1, "classes": classes}
            if name != RESNET:
                entry["correct"] = sum(given == true for given, true in zip(classes, truth))
            report["models"][name] = entry
            print(name, entry.get("correct", "random weights"), flush=True)
    with open(os.path.join(options.out, "tensorflow-answers.json"), "w", encoding="utf-8") as file:
        json.dump(report, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
