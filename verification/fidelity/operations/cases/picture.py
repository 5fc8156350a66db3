"""Signatures that take JPEGs, in TensorFlow 2 form, and uses of the decoder that cannot be compiled."""
import io

import numpy as np
import tensorflow as tf
from PIL import Image

from .family import Family, noise

#: Of 255; bodies below keep that range unless they say otherwise.
TOLERANCE = 0.02


def jpegs():
    """Three small pictures with smooth colours and noise, of different sizes."""
    encoded = []
    for seed, (height, width) in enumerate(((24, 17), (16, 31), (20, 20))):
        rows, columns = np.mgrid[0:height, 0:width]
        waves = np.stack([np.sin(rows / 3 + seed), np.cos(columns / 4), np.sin((rows + columns) / 5)], axis=-1)
        pixels = np.clip(128 + 90 * waves + 20 * noise(seed, height, width, 3), 0, 255).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
        encoded.append(buffer.getvalue())
    return encoded


def picture():
    family = Family("picture")
    given = jpegs()
    weights = family.variable(noise(1, 3, 3, 3, 4))

    def mapped(prepare, contents, dtype=tf.float32):
        return tf.map_fn(prepare, contents, fn_output_signature=dtype)

    def case(name, tolerance=TOLERANCE):
        return family.pictures(name, given, tolerance)

    def decode(content, **options):
        return tf.cast(tf.io.decode_jpeg(content, channels=3, **options), tf.float32)

    @case("serving_default", tolerance=0.2)
    def _(x):
        pictures = mapped(lambda content: tf.image.resize(decode(content), [9, 8]) - 100.0, x)
        features = tf.nn.relu6(tf.nn.conv2d(pictures / 50.0, weights, 2, "SAME"))
        return {"pictures": pictures, "scores": tf.nn.softmax(tf.reduce_mean(features, [1, 2]))}

    @case("accurate")
    def _(x):
        return mapped(lambda content: tf.image.resize(decode(content, dct_method="INTEGER_ACCURATE"), [9, 8]), x)

    @case("fast")
    def _(x):
        return mapped(lambda content: tf.image.resize(decode(content, dct_method="INTEGER_FAST"), [9, 8]), x)

    @case("grey")
    def _(x):
        return mapped(lambda content: tf.image.resize(tf.io.decode_jpeg(content, channels=1), [9, 8]), x)

    @case("any_format")
    def _(x):
        def prepare(content):
            return tf.image.resize(tf.io.decode_image(content, channels=3, expand_animations=False), [9, 8])

        return mapped(prepare, x)

    @case("central_crop")
    def _(x):
        def prepare(content):
            cropped = tf.image.central_crop(decode(content), 0.7)
            return tf.image.resize(cropped, [9, 8], method="nearest")

        return mapped(prepare, x)

    @case("standardised", tolerance=2e-4)
    def _(x):
        return mapped(lambda content: tf.image.resize(tf.image.per_image_standardization(decode(content)), [6, 6]), x)

    @case("unit_range", tolerance=1e-4)
    def _(x):
        def prepare(content):
            pixels = tf.image.convert_image_dtype(tf.io.decode_jpeg(content, channels=3), tf.float32)
            return tf.image.resize(pixels, [7, 7]) * 2.0 - 1.0

        return mapped(prepare, x)

    @case("short_side")
    def _(x):
        """Keeps the aspect ratio, then crops the middle: sizes and offsets are computed from the picture."""

        def prepare(content):
            pixels = decode(content)
            height, width = tf.unstack(tf.cast(tf.shape(pixels)[:2], tf.float32))
            ratio = 12.0 / tf.minimum(height, width)
            size = tf.cast(tf.round(tf.stack([height, width]) * ratio), tf.int32)
            larger = tf.image.resize(pixels, size)
            top, left = (size[0] - 10) // 2, (size[1] - 10) // 2
            return tf.reshape(larger[top : top + 10, left : left + 10], [10, 10, 3])

        return mapped(prepare, x)

    @case("padded_to_square")
    def _(x):
        return mapped(lambda content: tf.image.resize_with_crop_or_pad(decode(content), 20, 20), x)

    @case("invariants")
    def _(x):
        """Tensors from outside the loop: a constant, a variable, one computed from both."""
        shift = tf.reduce_mean(weights) * tf.constant([1.0, 2.0, 3.0])

        def prepare(content):
            blue_first = tf.image.resize(decode(content), [5, 6])[..., ::-1]
            return blue_first * weights[0, 0, :, 0] - shift

        return mapped(prepare, x)

    @case("bytes", tolerance=1.0)
    def _(x):
        """The body ends with bytes: a value on the edge between two may round either way."""

        def prepare(content):
            return tf.cast(tf.round(tf.image.resize(decode(content), [4, 4])), tf.uint8)

        return tf.cast(mapped(prepare, x, tf.uint8), tf.float32)

    string = tf.TensorSpec([None], tf.string)
    numbers = tf.TensorSpec([None, 2], tf.float32)

    @family.refusal("refused_outside_loop", tf.TensorSpec([], tf.string))
    def _(x):
        return tf.image.resize(decode(x), [4, 4])[None]

    @family.refusal("refused_second_input", string, numbers)
    def _(x, y):
        return mapped(lambda content: tf.image.resize(decode(content), [4, 4]), x) * y[0, 0]

    @family.refusal("refused_channels", string)
    def _(x):
        return mapped(lambda content: tf.ensure_shape(tf.image.resize(tf.io.decode_jpeg(content), [4, 4]), [4, 4, 3]), x)

    @family.refusal("refused_ratio", string)
    def _(x):
        return mapped(lambda content: tf.image.resize(decode(content, ratio=2), [4, 4]), x)

    @family.refusal("refused_strings", string)
    def _(x):
        return tf.strings.length(x)

    @family.refusal("refused_If", numbers)
    def _(x):
        return tf.cond(tf.reduce_sum(x) > 0.0, lambda: x * 2.0, lambda: x + 1.0)

    @family.refusal("refused_While", numbers)
    def _(x):
        return tf.while_loop(lambda y: tf.reduce_sum(y) < 9.0, lambda y: (y * 2.0,), [x])[0]

    @family.refusal("refused_MatrixInverse", tf.TensorSpec([2, 2], tf.float32))
    def _(x):
        return tf.linalg.inv(x)

    @family.refusal("refused_label", numbers)
    def _(x):
        return tf.where(x > 0.0, "cat", "dog")

    return family
