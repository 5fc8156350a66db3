"""A model saved without signatures, as layers of TensorFlow Hub are: an object graph with a call function."""
import tensorflow as tf

from .family import Family, noise


class Scale(tf.Module):
    """Two variables of the same name: only the way to them from the model tells them apart."""

    def __init__(self, factor, shift):
        super().__init__()
        self.numbers = [tf.Variable(factor, name="number"), tf.Variable(shift, name="number")]

    def __call__(self, value):
        return value * self.numbers[0] + self.numbers[1]


class Layer(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(noise(1, 3, 3, 3, 4), name="Variable")
        self.mean = tf.Variable(noise(2, 4), name="Variable", trainable=False)
        self.blocks = {"first": Scale(2.0, -1.0), "second": Scale(noise(3, 4), noise(4, 4))}
        # Captured as a constant of the main graph.
        self.shift = tf.constant(noise(5, 4))

    @tf.function
    def __call__(self, images, training=None, with_features=False):
        features = self.blocks["first"](tf.nn.conv2d(images, self.kernel, 2, "SAME"))
        if training:
            features = tf.nn.dropout(features - tf.reduce_mean(features, [0, 1, 2]), 0.5)
        else:
            features = features - self.mean
        scores = tf.reduce_mean(self.blocks["second"](tf.nn.relu(features)) + self.shift, [1, 2])
        return {"scores": scores, "features": features} if with_features else {"scores": scores}


class Called(Family):
    keeps_objects = True

    def __init__(self):
        super().__init__("called")
        self.module = Layer()
        images = tf.TensorSpec([None, 8, 9, 3], tf.float32, name="images")
        # The order of writing must not matter: the inference variant is neither the first nor the last.
        for training, with_features in ((True, False), (False, True), (False, False), (True, True)):
            self.module.__call__.get_concrete_function(images, training=training, with_features=with_features)
        for batch in (1, 3):
            given = noise(5 + batch, batch, 8, 9, 3)
            answer = self.module(tf.constant(given), training=False, with_features=False)
            self.add_run("serving_default", {"images": given}, {"scores": answer["scores"].numpy()})

    def save(self, folder):
        tf.saved_model.save(self.module, folder)


def called():
    return Called()
