"""Element-wise operations: arithmetic, activations, comparisons, choices, casts."""
import numpy as np
import tensorflow as tf

from .family import Family, integers, noise

raw = tf.raw_ops


def element_wise():
    family = Family("element-wise")
    case = family.case
    signed = noise(1, 2, 3, 8, low=-4, high=4)
    signed[0, 0, :6] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    positive = noise(2, 2, 3, 4, low=0.1, high=4)

    @case("unary", signed)
    def _(x):
        names = "Neg Abs Square Floor Ceil Round Rint Exp Erf Erfc Tanh Sigmoid Sign Expm1 Sin Cos"
        return {name: getattr(raw, name)(x=x) for name in names.split()}

    @case("positive", positive)
    def _(x):
        return {name: getattr(raw, name)(x=x) for name in "Sqrt Rsqrt Log Log1p Reciprocal Inv".split()}

    @case("activations", signed)
    def _(x):
        names = "Relu Relu6 Elu Selu Softplus Softsign LeakyRelu"
        answers = {name: getattr(raw, name)(features=x) for name in names.split()}
        answers["LeakyReluGentle"] = raw.LeakyRelu(features=x, alpha=0.03)
        answers["swish"] = tf.nn.silu(x)
        answers["hard_swish"] = x * tf.nn.relu6(x + 3.0) / 6.0
        answers["hard_sigmoid"] = tf.clip_by_value(0.2 * x + 0.5, 0.0, 1.0)
        answers["gelu"] = tf.nn.gelu(x)
        answers["gelu_approximate"] = tf.nn.gelu(x, approximate=True)
        answers["mish"] = x * tf.tanh(tf.nn.softplus(x))
        return answers

    binary = "Add AddV2 Sub Mul RealDiv Div Minimum Maximum SquaredDifference FloorDiv FloorMod"
    divisors = np.array([1.5, -0.75, 2.25, -3.0], np.float32)

    @case("binary", (signed[..., :4], noise(3, 2, 1, 4) + np.float32(4.0)), (signed[:1, :, 4:], noise(4, 1, 1, 4) - 4))
    def _(x, y):
        return {name: getattr(raw, name)(x=x, y=y) for name in binary.split()}

    @case("binary_constant", signed[..., :4])
    def _(x):
        answers = {name: getattr(raw, name)(x=x, y=tf.constant(divisors)) for name in binary.split()}
        answers.update({name + "_left": getattr(raw, name)(x=tf.constant(divisors), y=x + 9.0) for name in binary.split()})
        return answers

    @case("powers", (positive, noise(5, 2, 3, 1)))
    def _(x, y):
        return {
            "Pow": raw.Pow(x=x, y=y),
            "square_root": x**0.5,
            "DivNoNan": raw.DivNoNan(x=x, y=tf.nn.relu(y)),
            "AddN": raw.AddN(inputs=[x, x * 2.0, x + 1.0]),
            "AddN_one": raw.AddN(inputs=[x]),
        }

    for dtype in (np.int32, np.int64):
        left = integers(6, 3, 8, low=-20, high=20, dtype=dtype)
        right = integers(7, 3, 8, low=1, high=6, dtype=dtype) * np.where(np.arange(8) % 2, -1, 1).astype(dtype)

        @case(f"{np.dtype(dtype).name}_arithmetic", (left, right))
        def _(x, y):
            names = "AddV2 Sub Mul FloorDiv FloorMod Minimum Maximum Div SquaredDifference"
            answers = {name: getattr(raw, name)(x=x, y=y) for name in names.split()}
            answers.update({name: getattr(raw, name)(x=x) for name in "Neg Abs Square Sign".split()})
            answers["clipped"] = raw.ClipByValue(t=x, clip_value_min=tf.cast(-5, x.dtype), clip_value_max=tf.cast(7, x.dtype))
            return answers

    @case("narrow_integers", (integers(8, 3, 6, low=0, high=256, dtype=np.uint8), integers(9, 3, 6, low=0, high=256, dtype=np.uint8)))
    def _(x, y):
        names = "AddV2 Sub Mul Minimum Maximum"
        answers = {name: getattr(raw, name)(x=x, y=y) for name in names.split()}
        answers["FloorDiv"] = raw.FloorDiv(x=x, y=tf.maximum(y, tf.constant(1, tf.uint8)))
        answers["Equal"] = raw.Equal(x=x, y=y)
        answers["Less"] = raw.Less(x=x, y=y)
        answers["mean"] = tf.reduce_mean(tf.cast(x, tf.float32), axis=1)
        answers["maximum"] = tf.reduce_max(x, axis=1)
        return answers

    comparisons = "Equal NotEqual Less LessEqual Greater GreaterEqual"
    for dtype in (np.float32, np.int32, np.int64):
        left, right = integers(10, 4, 5, low=-2, high=3, dtype=dtype), integers(11, 4, 5, low=-2, high=3, dtype=dtype)

        @case(f"{np.dtype(dtype).name}_comparisons", (left, right))
        def _(x, y):
            return {name: getattr(raw, name)(x=x, y=y) for name in comparisons.split()}

    @case("logic", (integers(12, 2, 6, low=0, high=2).astype(bool), integers(13, 2, 6, low=0, high=2).astype(bool)))
    def _(x, y):
        return {
            "LogicalAnd": x & y,
            "LogicalOr": x | y,
            "LogicalNot": ~x,
            "Equal": raw.Equal(x=x, y=y),
            "All": tf.reduce_all(x, axis=1),
            "Any": tf.reduce_any(x, axis=[0], keepdims=True),
        }

    @case("choices", (noise(14, 2, 3, 4), noise(15, 2, 3, 4)))
    def _(x, y):
        return {
            "SelectV2": raw.SelectV2(condition=x > y, t=x, e=y),
            "SelectV2_broadcast": raw.SelectV2(condition=x[:, :1] > 0.0, t=y, e=tf.constant([1.0, 2.0, 3.0, 4.0])),
            "SelectV2_grows": raw.SelectV2(condition=x > 0.0, t=tf.constant(1.0), e=tf.constant([[1.0], [2.0], [3.0]])),
            "Select": raw.Select(condition=x > y, x=x, y=y),
            "Select_rows": raw.Select(condition=x[:, 0, 0] > y[:, 0, 0], x=x, y=y),
            "Select_scalar": raw.Select(condition=tf.shape(x)[0] > 1, x=x, y=y),
            "ZerosLike": tf.raw_ops.ZerosLike(x=x) + 1.0,
            "OnesLike": tf.raw_ops.OnesLike(x=x) * y,
        }

    @case("clipping", signed)
    def _(x):
        clip = raw.ClipByValue
        return {
            "scalar": clip(t=x, clip_value_min=-1.0, clip_value_max=1.5),
            "tensors": clip(t=x, clip_value_min=tf.sin(x) - 0.5, clip_value_max=tf.sin(x) + 0.5),
        }

    @case("float_casts", signed * np.float32(3.3))
    def _(x):
        kinds = (tf.int32, tf.int64, tf.int8, tf.int16, tf.float64, tf.bool)
        answers = {kind.name: tf.cast(x, kind) for kind in kinds}
        answers["uint8"] = tf.cast(tf.abs(x), tf.uint8)
        answers["half"] = tf.cast(tf.cast(x, tf.float16), tf.float32)
        answers["folded"] = tf.cast(tf.cast(tf.constant([-1.7, -0.2, 0.9, 3.99]), tf.int32), tf.float32) + x[..., :4]
        return answers

    for dtype in (np.uint8, np.int32, np.int64, np.float64, np.bool_):
        given = integers(16, 2, 5, low=0, high=256 if dtype == np.uint8 else 2 if dtype == np.bool_ else 99, dtype=dtype)

        @case(f"{np.dtype(dtype).name}_casts", given)
        def _(x):
            return {kind.name: tf.cast(x, kind) for kind in (tf.float32, tf.int32, tf.int64) if kind != x.dtype}

    return family
