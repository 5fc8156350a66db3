"""Operations that move elements: reshape, slice, stack, split, pad, gather, and arithmetic on shapes."""
import numpy as np
import tensorflow as tf

from .family import Family, integers, noise

raw = tf.raw_ops


def shape():
    family = Family("shape")
    case = family.case
    picture = noise(1, 2, 5, 4, 3)
    any_size = [[None, None, None, 3]]

    def slices(x):
        return {
            "plain": x[:, 1:4, :2],
            "open": x[:, 2:, :-1],
            "negative": x[:, -3:-1],
            "strided": x[:, ::2, 1::2],
            "backwards": x[..., ::-1],
            "backwards_part": x[:, 3:0:-2, ::-1],
            "backwards_end": x[:, -2::-1, :1],
            "ellipsis": x[..., 1],
            "ellipsis_middle": x[:, ..., 1:],
            "new_axis": x[:, tf.newaxis, 1:3],
            "new_last": x[..., tf.newaxis],
            "shrunk": x[:, 0],
            "shrunk_last": x[:, -1, :, -2],
            "mixed": x[:, 1, tf.newaxis, ..., 0:2],
            "ellipsis_new": x[..., tf.newaxis, 0],
            "beyond": x[:, 1:99],
            "empty_mask": x[:],
        }

    case("strided_slices", picture)(slices)
    case("strided_slices_any_size", picture, noise(2, 1, 6, 7, 3), shapes=any_size)(slices)

    @case("dynamic_slices", (picture, np.array([1, 2], np.int32)), (noise(3, 1, 5, 4, 3), np.array([0, 1], np.int32)))
    def _(x, y):
        return {
            "from": x[:, y[0] :],
            "part": x[:, y[0] : y[0] + 2, y[1] - 1 :, 1:],
            "single": x[:, y[0]],
            "slice": tf.slice(x, [0, y[0], y[1], 0], [-1, 2, -1, 3]),
            "sized": tf.slice(x, [0, 0, 1, 0], tf.stack([tf.shape(x)[0], y[1] + 1, -1, 2])),
            "gathered": tf.gather(x, y, axis=1),
        }

    @case("pads", picture)
    def _(x):
        around = [[0, 0], [1, 2], [0, 3], [0, 0]]
        inside = [[0, 0], [2, 1], [1, 3], [0, 2]]
        return {
            "Pad": raw.Pad(input=x, paddings=around),
            "PadV2": raw.PadV2(input=x, paddings=around, constant_values=-1.5),
            "every_axis": tf.pad(x, [[1, 0], [0, 1], [1, 1], [2, 1]]),
            "reflect": raw.MirrorPad(input=x, paddings=[[0, 0], [2, 1], [1, 3], [0, 0]], mode="REFLECT"),
            "reflect_channels": raw.MirrorPad(input=x, paddings=[[0, 0], [0, 0], [0, 0], [1, 2]], mode="REFLECT"),
            "symmetric": raw.MirrorPad(input=x, paddings=inside, mode="SYMMETRIC"),
            "symmetric_relu": tf.nn.relu(raw.MirrorPad(input=x, paddings=around, mode="SYMMETRIC")),
            "dynamic": tf.pad(x, [[0, 0], [0, tf.shape(x)[0]], [1, 1], [0, 0]]),
            "integers": tf.pad(tf.cast(x, tf.int32), around),
        }

    @case("splits", noise(4, 2, 3, 6))
    def _(x):
        first, second, third = tf.split(x, 3, axis=-1)
        narrow, wide, rest = tf.split(x, [1, 3, -1], axis=2)
        rows = tf.unstack(x, axis=1)
        return {
            "sum": first + second * third,
            "narrow": narrow,
            "wide": wide,
            "rest": rest,
            "unstacked": rows[0] - rows[2],
            "stacked": tf.stack(rows, axis=-1),
            "stacked_first": tf.stack([x, x * 2.0]),
            "stacked_one": tf.stack([x], axis=1),
            "concatenated": tf.concat([second, first, third, second], axis=-1),
            "concatenated_old": raw.Concat(concat_dim=2, values=[narrow, x]),
            "with_constant": tf.concat([x[:1], tf.constant(noise(5, 2, 3, 6))], axis=0),
            "with_nothing": tf.concat([x, tf.zeros([0, 3, 6])], axis=0),
        }

    @case("reshapes", picture, noise(6, 1, 5, 4, 3), noise(7, 3, 5, 4, 3))
    def _(x):
        batch = tf.shape(x)[0]
        wide = tf.shape(x, out_type=tf.int64)
        return {
            "flat": tf.reshape(x, [-1, 60]),
            "dynamic": tf.reshape(x, [batch, -1]),
            "dynamic_sizes": tf.reshape(x, tf.stack([batch, 20, 3])),
            "int64": tf.reshape(x, tf.stack([wide[0] * wide[1], 12])),
            "computed": tf.reshape(x, tf.concat([[batch], [tf.reduce_prod(tf.shape(x)[1:])]], 0)),
            "product": tf.matmul(tf.reshape(x, [batch, 60]), noise(8, 60, 2)),
            "squeezed_all": tf.squeeze(tf.reshape(x[:1, :1, :, :1], [1, 1, 4, 1])),
            "squeezed_axes": tf.squeeze(x[:, :1, :, :1], [1, -1]),
            "expanded": tf.expand_dims(x, -1),
            "expanded_front": tf.expand_dims(x, 0) * 2.0,
            "transposed": tf.transpose(x, [0, 2, 1, 3]),
            "reversed_axes": tf.transpose(x),
            "shape": tf.shape(x),
            "size": tf.size(x),
            "rank": raw.Rank(input=x),
        }

    @case("repeats", noise(9, 2, 3, 1))
    def _(x):
        batch = tf.shape(x)[0]
        return {
            "tiled": tf.tile(x, [1, 2, 3]),
            "tiled_dynamic": tf.tile(x, tf.stack([1, batch, 2])),
            "filled": tf.fill([batch, 2], 0.5),
            "filled_constant": x + tf.fill([3, 4], 1.5),
            "broadcast": tf.broadcast_to(x, tf.stack([batch, 3, 4])),
            "broadcast_constant": tf.broadcast_to(x[:1], [2, 3, 5]),
            "range": tf.cast(tf.range(3), tf.float32)[:, None] * x,
            "range_step": tf.range(1.0, 4.0, 1.25)[None, :] + x,
            "range_dynamic": tf.range(batch),
            "zeros": tf.zeros([batch, 2]),
        }

    @case("gathers", noise(10, 3, 4, 5))
    def _(x):
        return {
            "first": tf.gather(x, [2, 0]),
            "old": raw.Gather(params=x, indices=[1, 1]),
            "last": tf.gather(x, [[1, 3], [0, 0]], axis=-1),
            "scalar": tf.gather(x, 1, axis=1),
            "constant": tf.gather(tf.constant(noise(11, 6, 2)), tf.argmax(x[:, 0], axis=1)),
        }

    @case("blocks", noise(12, 2, 4, 6, 8))
    def _(x):
        return {
            "to_space": tf.nn.depth_to_space(x, 2),
            "to_depth": tf.nn.space_to_depth(x, 2),
            "relu": tf.nn.relu(tf.nn.depth_to_space(x, 2)),
        }

    @case("integer_movement", integers(13, 2, 3, 4, dtype=np.int64))
    def _(x):
        return {"tiled": tf.tile(x, [1, 1, 2]), "part": x[:, 1:, ::-1], "joined": tf.concat([x, x], 1)}

    return family
