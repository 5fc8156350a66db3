"""Records what TensorFlow's DecodeJpeg makes of every picture, as digests that decoders.test.ts compares with ours.

Usage: python record-tensorflow-pixels.py (needs tensorflow-cpu; rewrites tensorflow-pixels.json beside this file)
"""

import datetime
import hashlib
import json
import os
import platform
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import tensorflow as tf  # noqa: E402  (the two settings above must come first)

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
FOLDERS = {
    "test_data": REPOSITORY / "verification" / "test_data",
    "golden": REPOSITORY.parent / "shared" / "data" / "golden",
    "imagenet-samples": REPOSITORY.parent / "shared" / "data" / "imagenet-samples",
}
SUFFIXES = {".jpg", ".jpeg", ".png"}
METHODS = {"fast": "INTEGER_FAST", "accurate": "INTEGER_ACCURATE"}


def decode(content, channels, dct):
    """`WxHxC sha256` of the pixels, or `refused` when TensorFlow raises."""
    try:
        pixels = tf.raw_ops.DecodeJpeg(contents=content, channels=channels, dct_method=METHODS[dct]).numpy()
    except (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
        return "refused"
    height, width, depth = pixels.shape
    return f"{width}x{height}x{depth} {hashlib.sha256(pixels.tobytes()).hexdigest()}"


def record(folder, path):
    content = path.read_bytes()
    answers = {dct: decode(content, 3, dct) for dct in METHODS}
    if folder == "test_data":
        answers |= {f"{dct}Grey": decode(content, 1, dct) for dct in METHODS}
    return answers


def main():
    default = {dct: decode((FOLDERS["test_data"] / "baseline-420.jpg").read_bytes(), 3, dct) for dct in METHODS}
    assert default["fast"] != default["accurate"], "the two methods must differ on this build"
    pictures = {}
    for folder, place in FOLDERS.items():
        for path in sorted(place.glob("*")) if place.is_dir() else []:
            if path.suffix.lower() in SUFFIXES:
                pictures[f"{folder}/{path.name}"] = record(folder, path)
    report = {
        "tensorflow": tf.__version__,
        "python": platform.python_version(),
        "recorded": datetime.date.today().isoformat(),
        "pictures": pictures,
    }
    (HERE / "tensorflow-pixels.json").write_text(json.dumps(report, indent=1) + "\n")
    print(f"{len(pictures)} pictures recorded with TensorFlow {tf.__version__}")


if __name__ == "__main__":
    main()
