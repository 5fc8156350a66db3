"""Whole small networks: variables, functions, branches, several signatures, odd ends."""
import numpy as np
import tensorflow as tf

from .family import Family, noise


class Network:
    """Stem, depthwise block with squeeze and excitation, residual branch, head; all weights are variables."""

    def __init__(self, family):
        def variable(seed, *shape):
            return family.variable(noise(seed, *shape, low=-0.5, high=0.5))

        self.stem, self.depth, self.point = variable(1, 3, 3, 3, 8), variable(2, 3, 3, 8, 1), variable(3, 1, 1, 8, 8)
        self.squeeze, self.excite = variable(4, 1, 1, 8, 2), variable(5, 1, 1, 2, 8)
        self.head, self.bias = variable(6, 8, 5), variable(7, 5)
        self.scale, self.offset, self.mean = variable(8, 8), variable(9, 8), variable(10, 8)
        self.variance = family.variable(noise(11, 8, low=0.5, high=2))

    def normalised(self, x):
        answer = tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=self.scale,
            offset=self.offset,
            mean=self.mean,
            variance=self.variance,
            epsilon=1e-3,
            is_training=False,
        )
        return answer.y

    @tf.function
    def features(self, x):
        x = tf.nn.relu6(self.normalised(tf.nn.conv2d(x, self.stem, 2, "SAME")))
        branch = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
        branch = tf.nn.relu6(self.normalised(tf.nn.depthwise_conv2d(branch, self.depth, [1, 1, 1, 1], "VALID")))
        gate = tf.nn.silu(tf.nn.conv2d(tf.reduce_mean(branch, [1, 2], keepdims=True), self.squeeze, 1, "SAME"))
        branch *= tf.sigmoid(tf.nn.conv2d(gate, self.excite, 1, "SAME"))
        branch = self.normalised(tf.nn.conv2d(branch, self.point, 1, "SAME"))
        return tf.concat([x + branch, tf.nn.relu(x)], axis=3)[..., :8]

    @tf.function
    def logits(self, x):
        return tf.matmul(tf.reduce_mean(self.features(x), [1, 2]), self.head) + self.bias


def network():
    family = Family("network")
    model = Network(family)
    pictures = [noise(20 + batch, batch, 9, 8, 3) for batch in (1, 3)]

    @family.case("serving_default", *pictures)
    def _(x):
        logits = model.logits(x)
        return {"probabilities": tf.nn.softmax(logits), "classes": tf.argmax(logits, axis=-1)}

    @family.case("features", *pictures)
    def _(x):
        return model.features(x)

    @tf.function
    def inner(x, y):
        return tf.identity_n([x + y, x - y])

    @tf.function
    def outer(x, y):
        total, difference = inner(x, y)
        return inner(difference, total * 2.0)

    @family.case("nested_calls", (noise(30, 2, 3), noise(31, 2, 3)))
    def _(x, y):
        left, right = outer(x, y)
        return {"left": left, "right": right, "again": outer(y, x)[0]}

    @tf.custom_gradient
    def cubed(x):
        return x * x * x, lambda upstream: upstream

    @family.case("odd_ends", noise(32, 2, 3))
    def _(x):
        constant = tf.constant(noise(33, 2))
        return {
            "untouched": x,
            "constant": constant,
            "stopped": tf.stop_gradient(x),
            "cubed": cubed(x),
            "checked": tf.debugging.check_numerics(x, "no") + 1.0,
            "shaped": tf.ensure_shape(x, [None, 3]),
        }

    @family.case("unused_input", (noise(34, 2, 3), noise(35, 2, 2)))
    def _(x, y):
        return tf.nn.relu(x)

    @family.case("misleading_names", (noise(36, 2, 3), noise(37, 2, 3)))
    def _(x, y):
        """Outputs named as the compiler names its own values."""
        return {"add_1": x * y, "mul_2": x + y, "constant_1": x - 1.0, "x_1": tf.abs(x) * 3.0}

    @family.refusal("refused_same_name", tf.TensorSpec([None, 3], tf.float32, name="x"))
    def _(x):
        return {"x": x + 1.0}

    return family
