"""A family of cases becomes one SavedModel with one signature a case, and a file of inputs and TensorFlow's answers."""
import base64
import json
import os
import shutil

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

ARGUMENTS = ("x", "y", "z")


def noise(seed, *shape, low=-2.0, high=2.0):
    """Uniform float32 numbers on a grid of 1/64, the same for the same seed and shape."""
    values = np.random.default_rng(seed).uniform(low, high, shape)
    return (np.round(values * 64) / 64).astype(np.float32)


def integers(seed, *shape, low=-9, high=10, dtype=np.int32):
    return np.random.default_rng(seed).integers(low, high, shape).astype(dtype)


def encoded(array):
    array = np.asarray(array)
    if array.dtype == object:
        strings = [base64.b64encode(item).decode() for item in array.ravel()]
        return {"datatype": "string", "shape": list(array.shape), "strings": strings}
    data = array.astype(array.dtype.newbyteorder("<")).tobytes()
    return {"datatype": array.dtype.name, "shape": list(array.shape), "base64": base64.b64encode(data).decode()}


def batched(array):
    """By default the first of several axes is a batch of unknown size."""
    return [None, *array.shape[1:]] if array.ndim > 1 else list(array.shape)


def as_outputs(result):
    return result if isinstance(result, dict) else {"output": result}


class Family:
    """TF2 cases: each is a `tf.function` that becomes a signature."""

    # Without its objects a SavedModel with signatures means the same.
    keeps_objects = False

    def __init__(self, name):
        self.name = name
        self.module = tf.Module()
        self.signatures = {}
        self.runs = []

    def case(self, name, *input_sets, shapes=None, tolerance=None):
        """Registers the decorated function; each input set is an array or a tuple of arrays."""
        sets = [given if isinstance(given, tuple) else (given,) for given in input_sets]

        def register(function):
            specifications = [
                tf.TensorSpec(shapes[index] if shapes else batched(array), array.dtype, name=ARGUMENTS[index])
                for index, array in enumerate(sets[0])
            ]

            def answer(*arguments):
                return as_outputs(function(*arguments))

            concrete = tf.function(answer).get_concrete_function(*specifications)
            self.signatures[name] = concrete
            for given in sets:
                outputs = {key: value.numpy() for key, value in concrete(*map(tf.constant, given)).items()}
                self.add_run(name, dict(zip(ARGUMENTS, given)), outputs, tolerance)
            return function

        return register

    def pictures(self, name, pictures, tolerance=None):
        """A case whose one input `x` is a vector of encoded pictures."""
        return self.case(name, np.array(pictures, dtype=object), shapes=[[None]], tolerance=tolerance)

    def refusal(self, name, *specifications):
        """A signature that must not compile; it has no inputs and answers."""

        def register(function):
            named = [tf.TensorSpec(spec.shape, spec.dtype, name=ARGUMENTS[i]) for i, spec in enumerate(specifications)]
            self.signatures[name] = tf.function(lambda *given: as_outputs(function(*given))).get_concrete_function(*named)
            return function

        return register

    def add_run(self, signature, inputs, outputs, tolerance=None):
        run = {
            "signature": signature,
            "inputs": {key: encoded(value) for key, value in inputs.items()},
            "outputs": {key: encoded(value) for key, value in outputs.items()},
        }
        if tolerance is not None:
            run["tolerance"] = tolerance
        self.runs.append(run)

    def variable(self, value):
        """A variable that lives as long as the module."""
        variable = tf.Variable(value)
        kept = getattr(self.module, "kept", [])
        self.module.kept = [*kept, variable]
        return variable

    def write(self, root):
        folder = os.path.join(root, self.name)
        shutil.rmtree(folder, ignore_errors=True)
        self.save(folder)
        strip(folder, self.keeps_objects)
        with open(os.path.join(folder, "runs.json"), "w", encoding="utf-8") as file:
            file.write("[\n" + ",\n".join(json.dumps(run, separators=(",", ":")) for run in self.runs) + "\n]\n")

    def save(self, folder):
        tf.saved_model.save(self.module, folder, signatures=self.signatures)


class GraphFamily(Family):
    """TF1 cases: all signatures share one graph and one session."""

    def __init__(self, name):
        super().__init__(name)
        self.graph = tf.Graph()
        self.pending = []

    def signature(self, name, inputs, outputs, *feeds, tolerance=None):
        """`inputs` and `outputs` are tensors by name; each feed gives arrays by input name."""
        self.pending.append((name, inputs, outputs, feeds, tolerance))

    def save(self, folder):
        v1 = tf.compat.v1
        with v1.Session(graph=self.graph) as session:
            session.run(v1.global_variables_initializer())
            definitions = {}
            for name, inputs, outputs, feeds, tolerance in self.pending:
                definitions[name] = v1.saved_model.predict_signature_def(inputs, outputs)
                for feed in feeds:
                    answers = session.run(outputs, {inputs[key]: value for key, value in feed.items()})
                    self.add_run(name, feed, answers, tolerance)
            builder = v1.saved_model.Builder(folder)
            builder.add_meta_graph_and_variables(session, ["serve"], definitions, strip_default_attrs=True)
            builder.save()


def strip(folder, keeps_objects):
    """Drops what only training or Python needs, so that a fixture is a few kilobytes."""
    path = os.path.join(folder, "saved_model.pb")
    model = saved_model_pb2.SavedModel()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    for graph in model.meta_graphs:
        if not keeps_objects:
            graph.ClearField("object_graph_def")
        graph.ClearField("collection_def")
        graph.meta_info_def.ClearField("stripped_op_list")
        for nodes in (graph.graph_def.node, *(function.node_def for function in graph.graph_def.library.function)):
            for node in nodes:
                node.ClearField("experimental_debug_info")
                node.ClearField("experimental_type")
                for noise_name in ("_output_shapes", "_XlaMustCompile", "config_proto", "_construction_context"):
                    node.attr.pop(noise_name, None)
        holds_variables = any("Var" in node.op for node in graph.graph_def.node)
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
    for extra in ("fingerprint.pb", "assets", *(() if holds_variables else ("variables",))):
        target = os.path.join(folder, extra)
        if os.path.isdir(target):
            shutil.rmtree(target)
        elif os.path.exists(target):
            os.remove(target)
