"""Matrix products, softmax, arg-max and reductions."""
import numpy as np
import tensorflow as tf

from .family import Family, integers, noise

raw = tf.raw_ops


def matrix():
    family = Family("matrix")
    case = family.case

    @case("products", (noise(1, 3, 4), noise(2, 4, 5)), shapes=[[None, 4], [4, 5]])
    def _(x, y):
        weights = tf.constant(noise(3, 4, 6))
        return {
            "plain": raw.MatMul(a=x, b=y),
            "transposed_right": raw.MatMul(a=x, b=tf.transpose(weights), transpose_b=True),
            "transposed_left": raw.MatMul(a=x, b=x, transpose_a=True),
            "both": raw.MatMul(a=y, b=x, transpose_a=True, transpose_b=True),
            "biased": tf.nn.bias_add(tf.matmul(x, weights), noise(4, 6)),
        }

    @case("batched_products", (noise(5, 2, 3, 4), noise(6, 2, 4, 5)))
    def _(x, y):
        return {
            "V1": raw.BatchMatMul(x=x, y=y),
            "V2": raw.BatchMatMulV2(x=x, y=y),
            "V3": raw.BatchMatMulV3(x=x, y=y, Tout=tf.float32),
            "left": raw.BatchMatMulV2(x=x, y=x, adj_x=True),
            "right": raw.BatchMatMulV2(x=x, y=x, adj_y=True),
            "broadcast": raw.BatchMatMulV2(x=tf.constant(noise(7, 6, 3)), y=x),
            "reduced": tf.reduce_sum(raw.BatchMatMulV2(x=tf.constant(noise(8, 6, 3)), y=x), axis=1),
            "grown": raw.BatchMatMulV2(x=x[:, None], y=tf.constant(noise(9, 3, 4, 2))),
        }

    @case("integer_product", (integers(10, 3, 4), integers(11, 4, 2)), shapes=[[None, 4], [4, 2]])
    def _(x, y):
        return raw.MatMul(a=x, b=y)

    @case("softmax", noise(12, 2, 3, 3, 5, low=-8, high=8))
    def _(x):
        rows = tf.reshape(x, [-1, 5])
        return {
            "picture": raw.Softmax(logits=x),
            "rows": raw.Softmax(logits=rows),
            "logarithm": raw.LogSoftmax(logits=rows),
            "axis": tf.nn.softmax(x, axis=1),
            "classes": tf.argmax(raw.LogSoftmax(logits=rows), axis=1),
        }

    ties = np.array([[1, 3, 3, 0], [2, 2, 2, 2], [-1, -5, 0, 0]], np.float32)

    @case("arguments", ties)
    def _(x):
        return {
            "largest": tf.argmax(x, axis=1),
            "largest_int32": tf.argmax(x, axis=-1, output_type=tf.int32),
            "smallest": tf.argmin(x, axis=1),
            "smallest_int32": tf.argmin(x, axis=-1, output_type=tf.int32),
            "columns": tf.argmax(x, axis=0),
            "integers": tf.argmax(tf.cast(x, tf.int32), axis=1),
            "compared": tf.equal(tf.argmin(x, axis=1, output_type=tf.int32), 2),
        }

    @case("best", noise(13, 3, 9))
    def _(x):
        values, indices = tf.math.top_k(x, k=4)
        return {"values": values, "indices": indices, "doubled": values * 2.0}

    @case("one_hot", integers(14, 3, 2, low=0, high=6))
    def _(x):
        return {
            "last": tf.one_hot(x, 6),
            "first": tf.one_hot(x, 5, on_value=2.0, off_value=-1.0, axis=0),
            "integers": tf.one_hot(x, 6, dtype=tf.int32),
        }

    def reductions(x):
        answers = {}
        for name, reduce in (
            ("mean", tf.reduce_mean),
            ("sum", tf.reduce_sum),
            ("max", tf.reduce_max),
            ("min", tf.reduce_min),
            ("prod", tf.reduce_prod),
        ):
            answers[name] = reduce(x, axis=[1, 2])
            answers[name + "_kept"] = reduce(x, axis=[1, 2], keepdims=True)
            answers[name + "_last"] = reduce(x, axis=-1, keepdims=True)
            answers[name + "_all"] = reduce(x)
            answers[name + "_none"] = reduce(x, axis=[])
        answers["variance"] = tf.math.reduce_variance(x, axis=[1, 2])
        return answers

    case("float_reductions", noise(15, 2, 3, 2, 3))(reductions)

    @case("integer_reductions", integers(16, 2, 3, 4))
    def _(x):
        return {
            "mean": tf.reduce_mean(x, axis=1),
            "picture_mean": tf.reduce_mean(x[:, None], axis=[2, 3]),
            "sum": tf.reduce_sum(x, axis=[0, 2]),
            "max": tf.reduce_max(x, axis=1, keepdims=True),
            "min": tf.reduce_min(x),
            "prod": tf.reduce_prod(x, axis=1),
        }

    @case("layer_normalisation", noise(17, 2, 3, 3, 8))
    def _(x):
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, noise(18, 8), noise(19, 8), 1e-6)

    return family
