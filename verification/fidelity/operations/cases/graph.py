"""TF1 graphs: reference variables, placeholders, one session, control-flow loops around the decoder."""
import numpy as np
import tensorflow as tf

from .family import GraphFamily, noise
from .picture import jpegs

v1 = tf.compat.v1


def graph():
    family = GraphFamily("graph")
    with family.graph.as_default():
        v1.disable_control_flow_v2()
        v1.disable_resource_variables()
        x = v1.placeholder(tf.float32, [None, 8, 9, 3], "picture")
        weights = v1.get_variable("weights", initializer=noise(1, 3, 3, 3, 4), use_resource=False)
        partial = v1.get_variable("head", initializer=noise(2, 4, 6), use_resource=True)
        scale = v1.get_variable("scale", initializer=noise(3, 4, low=0.5, high=1), use_resource=False)
        hidden = tf.nn.relu6(v1.nn.conv2d(x, weights, [1, 2, 2, 1], "SAME"))
        hidden = v1.nn.fused_batch_norm(
            hidden, scale, np.zeros(4, np.float32), np.ones(4, np.float32), np.full(4, 2, np.float32), is_training=False
        )[0]
        flat = tf.squeeze(v1.nn.avg_pool(hidden, [1, 4, 5, 1], [1, 1, 1, 1], "VALID"), [1, 2])
        logits = tf.matmul(flat, partial)
        feeds = [{"images": noise(4 + batch, batch, 8, 9, 3)} for batch in (1, 3)]
        outputs = {"classes": tf.argmax(logits, 1), "probabilities": tf.nn.softmax(logits)}
        family.signature("serving_default", {"images": x}, outputs, *feeds)
        family.signature("twin", {"images": x}, outputs)
        family.signature("logits", {"images": x}, {"logits": logits}, *feeds)

        given = v1.placeholder_with_default(np.ones([1, 2], np.float32), [None, 2], "given")
        family.signature("with_default", {"given": given}, {"doubled": given * 2.0}, {"given": noise(9, 3, 2)})

        contents = v1.placeholder(tf.string, [None], "contents")
        shift = tf.constant([3.0, 5.0, 7.0])

        def prepare(content):
            pixels = tf.cast(tf.image.decode_jpeg(content, channels=3), tf.float32)
            pixels = v1.image.resize_bilinear(pixels[None], [6, 7])[0]
            return (pixels - shift) / 2.0

        prepared = v1.map_fn(prepare, contents, dtype=tf.float32, back_prop=False)
        features = tf.nn.relu(v1.nn.conv2d(prepared, weights, [1, 1, 1, 1], "SAME"))
        answers = {"mean": tf.reduce_mean(features, [1, 2]), "pixels": prepared}
        pictures = np.array(jpegs()[:3], dtype=object)
        family.signature("pictures", {"contents": contents}, answers, {"contents": pictures}, {"contents": pictures[:1]}, tolerance=0.05)

        family.signature("refused_prepared", {"contents": contents}, {"prepared": prepared})

        condition = v1.placeholder(tf.bool, [], "condition")
        branched = v1.cond(condition, lambda: x * 2.0, lambda: x + 1.0)
        family.signature("refused_Switch", {"images": x, "condition": condition}, {"branched": branched})

        counted = v1.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * 2.0), [0, x])[1]
        family.signature("refused_loop", {"images": x}, {"counted": counted})
        family.signature("refused_placeholder", {"images": x}, {"answer": x * given[0, 0] + tf.cast(condition, tf.float32)})
    return family
