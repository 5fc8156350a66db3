"""Convolutions, poolings, batch normalisation and what stands around them."""
import numpy as np
import tensorflow as tf

from .family import Family, noise

raw = tf.raw_ops


def constant(seed, *shape):
    return tf.constant(noise(seed, *shape, low=-1, high=1))


def convolution():
    family = Family("convolution")
    case = family.case
    odd, even = noise(1, 2, 7, 5, 3), noise(2, 1, 6, 8, 3)
    any_size = [[None, None, None, 3]]

    def convolutions(x, stride):
        strides = [1, stride, stride, 1]
        answers = {}
        for height, width in ((1, 1), (2, 2), (3, 3), (5, 2)):
            weights = constant(height, height, width, 3, 2)
            for padding in ("SAME", "VALID"):
                answers[f"{padding}_{height}x{width}"] = raw.Conv2D(input=x, filter=weights, strides=strides, padding=padding)
        explicit = [0, 0, 2, 1, 0, 3, 0, 0]
        answers["EXPLICIT"] = raw.Conv2D(
            input=x, filter=constant(9, 3, 3, 3, 2), strides=strides, padding="EXPLICIT", explicit_paddings=explicit
        )
        return answers

    for name, picture in (("odd", odd), ("even", even)):
        for stride in (1, 2):
            case(f"{name}_stride{stride}", picture)(lambda x, stride=stride: convolutions(x, stride))
    for stride in (1, 2):
        case(f"any_size_stride{stride}", odd, even, shapes=any_size)(lambda x, stride=stride: convolutions(x, stride))

    @case("uneven_stride", odd)
    def _(x):
        return raw.Conv2D(input=x, filter=constant(10, 3, 3, 3, 2), strides=[1, 2, 3, 1], padding="SAME")

    def dilated(x):
        weights = constant(11, 3, 2, 3, 2)
        kinds = {"padding": "SAME"}, {"padding": "VALID"}
        return {
            kind["padding"]: raw.Conv2D(input=x, filter=weights, strides=[1, 1, 1, 1], dilations=[1, 2, 3, 1], **kind)
            for kind in kinds
        }

    case("dilated", noise(3, 1, 9, 8, 3))(dilated)
    case("dilated_any_size", noise(4, 1, 9, 8, 3), noise(5, 2, 7, 7, 3), shapes=any_size)(dilated)

    @case("grouped", noise(6, 2, 5, 6, 4))
    def _(x):
        return raw.Conv2D(input=x, filter=constant(12, 3, 3, 2, 6), strides=[1, 2, 2, 1], padding="SAME")

    @case("run_time_weights", (noise(7, 2, 5, 5, 3), noise(8, 3, 3, 3, 2)), shapes=[[None, 5, 5, 3], [3, 3, 3, 2]])
    def _(x, y):
        return raw.Conv2D(input=x, filter=y, strides=[1, 1, 1, 1], padding="SAME")

    def depthwise(x):
        native = raw.DepthwiseConv2dNative
        answers = {}
        for multiplier in (1, 2):
            weights = constant(13, 3, 3, 3, multiplier)
            for stride in (1, 2):
                for padding in ("SAME", "VALID"):
                    answers[f"{padding}_{stride}_{multiplier}"] = native(
                        input=x, filter=weights, strides=[1, stride, stride, 1], padding=padding
                    )
        answers["EXPLICIT"] = native(
            input=x,
            filter=constant(14, 3, 3, 3, 1),
            strides=[1, 2, 2, 1],
            padding="EXPLICIT",
            explicit_paddings=[0, 0, 1, 2, 0, 1, 0, 0],
        )
        return answers

    case("depthwise", odd, even, shapes=any_size)(depthwise)
    case("depthwise_odd", odd)(depthwise)

    def pooled(x, windows=((2, 2), (3, 1), (3, 2), (1, 2))):
        answers = {}
        for window, stride in windows:
            for padding in ("SAME", "VALID"):
                sizes = {"ksize": [1, window, window, 1], "strides": [1, stride, stride, 1], "padding": padding}
                answers[f"max_{padding}_{window}_{stride}"] = raw.MaxPool(input=x, **sizes)
                answers[f"average_{padding}_{window}_{stride}"] = raw.AvgPool(value=x, **sizes)
        answers["max_EXPLICIT"] = raw.MaxPool(
            input=x - 9.0,
            ksize=[1, 3, 3, 1],
            strides=[1, 2, 2, 1],
            padding="EXPLICIT",
            explicit_paddings=[0, 0, 1, 0, 1, 1, 0, 0],
        )
        return answers

    case("pooled", odd)(lambda x: pooled(x, ((2, 2), (3, 1), (3, 2), (2, 3))))
    case("pooled_any_size", odd, even, shapes=any_size)(pooled)

    @case("padded_pooling", odd - np.float32(3.0))
    def _(x):
        """Nothing in the picture reaches zero, so a padding with zeros must show in a maximum."""
        answers = {}
        for amount, window in ((1, 3), (2, 2)):
            padded = tf.pad(x, [[0, 0], [amount, amount], [amount, 0], [0, 0]])
            sizes = {"ksize": [1, window, window, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
            answers[f"max_{amount}_{window}"] = raw.MaxPool(input=padded, **sizes)
            answers[f"average_{amount}_{window}"] = raw.AvgPool(value=padded, **sizes)
            answers[f"same_{amount}_{window}"] = raw.AvgPool(value=padded, **{**sizes, "padding": "SAME"})
        return answers

    scale, offset, mean = (noise(seed, 3, low=0.5, high=2) for seed in (16, 17, 18))
    variance = noise(19, 3, low=0.2, high=3)
    parameters = [family.variable(value) for value in (scale, offset, mean, variance)]

    @case("batch_normalisation", odd)
    def _(x):
        names = ("scale", "offset", "mean", "variance")
        given = {name: tf.identity(parameter) for name, parameter in zip(names, parameters)}
        v1 = raw.FusedBatchNorm(x=x, is_training=False, epsilon=1e-3, **given)
        v2 = raw.FusedBatchNormV2(x=x, is_training=False, **given)
        v3 = raw.FusedBatchNormV3(x=x, is_training=False, epsilon=1e-3, **given)
        first = raw.FusedBatchNormV3(
            x=tf.transpose(x, [0, 3, 1, 2]), is_training=False, epsilon=1e-3, data_format="NCHW", **given
        )
        return {"V1": v1.y, "V2": v2.y, "V3": v3.y, "channels_first": first.y}

    @case("folded_normalisation", odd)
    def _(x):
        """A convolution, then its normalisation in every form that exporters write."""
        weights = constant(20, 3, 3, 3, 3)
        plain = tf.nn.conv2d(x, weights, 1, "SAME")
        fused = raw.FusedBatchNormV3(
            x=plain + 0.0, scale=scale, offset=offset, mean=mean, variance=variance, is_training=False, epsilon=1e-3
        )
        padded = tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]]), weights, 2, "VALID")
        nonzero = tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=1.0), weights, 2, "VALID")
        both = tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), weights, 1, "SAME")
        return {
            "fused": fused.y,
            "decomposed": tf.nn.batch_normalization(plain, mean, variance, offset, scale, 1e-3),
            "scaled": (plain * scale + offset) / mean,
            "shifted": offset - tf.nn.bias_add(plain, mean),
            "divided": scale / (plain + 9.0),
            "padded": tf.nn.relu(tf.nn.bias_add(padded, offset)),
            "padded_with_ones": nonzero * scale,
            "padded_twice": both,
            "shared": plain,
            "larger": plain + tf.constant(np.ones((2, 1, 1, 1, 1), np.float32)),
            "row_wise": plain * constant(21, 5, 1),
        }

    @case("bias", odd)
    def _(x):
        bias = tf.constant(offset)
        return {
            "last": raw.BiasAdd(value=x, bias=bias),
            "flat": raw.BiasAdd(value=tf.reshape(x, [-1, 3]), bias=bias),
            "first": raw.BiasAdd(value=tf.transpose(x, [0, 3, 1, 2]), bias=bias, data_format="NCHW"),
        }

    @case("global_pooling", odd)
    def _(x):
        y = tf.nn.relu(tf.nn.conv2d(x, constant(22, 3, 3, 3, 4), 1, "SAME"))
        return {
            "mean": tf.reduce_mean(y, [1, 2]),
            "kept": tf.reduce_mean(y, [1, 2], keepdims=True),
            "negative_axes": tf.reduce_mean(y, [-3, -2]),
            "maximum": tf.reduce_max(y, [1, 2]),
            "channels": tf.reduce_sum(y, 3, keepdims=True),
            "everything": tf.reduce_mean(y, [0, 1, 2, 3]),
            "rows": tf.reduce_mean(y, 1),
        }

    return family
