#!/usr/bin/env python3
"""Export every family of keras.applications with seeded weights, and TensorFlow's answers beside each.

usage: export-families.py FOLDER [family ...]
needs: pip install tensorflow-cpu (which brings keras); about 1.5 GB in FOLDER

FOLDER/<family>/1/ is the SavedModel that `model.export` writes, in the form of MODELS_DIR. FOLDER/<family>/runs.json
holds two seeded pictures and TensorFlow's logits, FOLDER/families.json the versions, the date and what each family is.
Published weights are not needed: the arithmetic has to agree whatever the numbers are.
"""
import argparse
import datetime
import json
import os
import platform
import shutil
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "operations"))
sys.dont_write_bytecode = True

import keras
import numpy as np
import tensorflow as tf

from cases.family import encoded

# Family: height and width of its pictures, and whether it takes pixels from 0 to 255 (else numbers from -1 to 1).
FAMILIES = {
    "VGG16": (224, False),
    "ResNet50": (224, False),
    "ResNet50V2": (224, False),
    "DenseNet121": (224, False),
    "InceptionV3": (299, False),
    "InceptionResNetV2": (299, False),
    "Xception": (299, False),
    "MobileNet": (224, False),
    "MobileNetV2": (224, False),
    "MobileNetV3Small": (224, True),
    "MobileNetV3Large": (224, True),
    "EfficientNetB0": (224, True),
    "EfficientNetV2B0": (224, True),
    "NASNetMobile": (224, False),
    "ConvNeXtTiny": (224, True),
}
SIGNATURE = "serving_default"


def pictures(seed, count, side, takes_pixels):
    """Half of them noise, half of them slow waves: a padding or a resize shows in either."""
    generator = np.random.default_rng(seed)
    noise = generator.uniform(0, 255, (count, side, side, 3))
    rows, columns = np.mgrid[0:side, 0:side] / side
    waves = 127.5 + 127.5 * np.stack(
        [np.sin(generator.uniform(4, 20) * rows + generator.uniform(4, 20) * columns) for _ in range(3 * count)], -1
    ).reshape(side, side, count, 3).transpose(2, 0, 1, 3)
    mixed = np.where(np.arange(count)[:, None, None, None] % 2 == 0, noise, waves)
    return (mixed if takes_pixels else mixed / 127.5 - 1).astype(np.float32)


def fill(model, seed):
    """Weights that keep the signal's size from layer to layer; no parameter is left at a neutral value."""
    generator = np.random.default_rng(seed)
    for weight in model.weights:
        name, shape = weight.path.split("/")[-1], weight.shape
        if "kernel" in name:
            fan_in = np.prod(shape[:2]) if "depthwise" in name else np.prod(shape[:-1])
            weight.assign(generator.uniform(-1, 1, shape).astype(np.float32) * np.sqrt(6 / fan_in))
        elif name in ("gamma", "moving_variance", "variance"):
            weight.assign(generator.uniform(0.5, 1.5, shape).astype(np.float32))
        elif name in ("beta", "bias", "moving_mean", "mean"):
            weight.assign(generator.uniform(-0.1, 0.1, shape).astype(np.float32))


def settle(model, images):
    """Batch statistics become the moving ones: no activation saturates, and the pictures stay apart."""
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for layer in layers:
        layer.momentum = 0.0
    if layers:
        model(images, training=True)


def refuse_dullness(family, logits):
    """Answers that hardly depend on the picture or the class would agree with anything."""
    largest = np.abs(logits).max()
    between_pictures = np.abs(logits[0] - logits[1]).max() / largest
    between_classes = logits.std(axis=1).min() / largest
    if not (np.isfinite(largest) and between_pictures > 0.05 and between_classes > 0.05):
        sys.exit(f"{family}: dull answers ({largest=}, {between_pictures=}, {between_classes=})")


def export(root, family, seed):
    side, takes_pixels = FAMILIES[family]
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = getattr(keras.applications, family)(
        weights=None, input_shape=(side, side, 3), classifier_activation=None
    )
    fill(model, seed)
    settle(model, pictures(seed + 1000, 8, side, takes_pixels))
    home = os.path.join(root, family)
    shutil.rmtree(home, ignore_errors=True)
    folder = os.path.join(home, "1")
    model.export(folder, verbose=False)
    signature = tf.saved_model.load(folder).signatures[SIGNATURE]
    (keyword,) = signature.structured_input_signature[1]
    images = pictures(seed + 2000, 2, side, takes_pixels)
    answers = {name: value.numpy() for name, value in signature(**{keyword: tf.constant(images)}).items()}
    for logits in answers.values():
        refuse_dullness(family, logits)
    run = {
        "signature": SIGNATURE,
        "inputs": {keyword: encoded(images)},
        "outputs": {name: encoded(logits) for name, logits in answers.items()},
    }
    with open(os.path.join(home, "runs.json"), "w", encoding="utf-8") as file:
        json.dump([run], file)
    return {"side": side, "parameters": model.count_params()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("families", nargs="*", metavar="family")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    record = os.path.join(options.folder, "families.json")
    report = {"families": {}}
    if os.path.exists(record):
        with open(record, encoding="utf-8") as file:
            report = json.load(file)
    for seed, family in enumerate(FAMILIES):
        if options.families and family not in options.families:
            continue
        report["families"][family] = export(options.folder, family, seed)
        report |= {
            "recorded": datetime.date.today().isoformat(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "python": platform.python_version(),
        }
        with open(record, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)
        print(family, report["families"][family], flush=True)


if __name__ == "__main__":
    main()
