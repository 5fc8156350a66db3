"""SavedModels in memory, run as TensorFlow Serving runs them: a session, fed and fetched by the names of a signature."""
import os

import grpc
import numpy as np
import tensorflow as tf

from refusal import Refusal, from_tensorflow, invalid, not_found

DEFAULT_SIGNATURE = "serving_default"


class ServedModel:
    def __init__(self, name, version, folder):
        self.name = name
        self.version = version
        self._session = tf.compat.v1.Session(graph=tf.Graph())
        with self._session.graph.as_default():
            meta = tf.compat.v1.saved_model.loader.load(self._session, [tf.saved_model.SERVING], folder)
        self.signatures = dict(meta.signature_def)

    def run(self, signature_name, inputs, output_filter=()):
        """Arrays by name of the input -> arrays by name of the output. Raises Refusal."""
        signature = self.signatures.get(signature_name or DEFAULT_SIGNATURE)
        if signature is None:
            key = signature_name or DEFAULT_SIGNATURE
            raise Refusal(grpc.StatusCode.FAILED_PRECONDITION, f'Serving signature key "{key}" not found.')
        _check_inputs(signature, inputs)
        wanted = list(output_filter) or list(signature.outputs)
        for name in wanted:
            if name not in signature.outputs:
                known = ",".join(signature.outputs)
                raise invalid(
                    f"output tensor alias not found in signature: {name} "
                    f"Outputs expected to be in the set {{{known}}}."
                )
        feeds = {signature.inputs[name].name: array for name, array in inputs.items()}
        fetches = {name: signature.outputs[name].name for name in wanted}
        try:
            return self._session.run(fetches, feeds)
        except tf.errors.OpError as error:
            raise from_tensorflow(error) from error
        except ValueError as error:  # a shape that the placeholder cannot hold
            raise invalid(str(error)) from error


def _check_inputs(signature, inputs):
    given, expected = set(inputs), set(signature.inputs)
    if given != expected:
        listed = lambda names: "{" + ",".join(sorted(names)) + "}"
        raise invalid(
            f"input size does not match signature: {len(given)}!={len(expected)} "
            f"len({listed(given)}) != len({listed(expected)}). "
            f"Sent extra: {listed(given - expected)}. Missing but required: {listed(expected - given)}."
        )
    for index, (name, array) in enumerate(inputs.items()):
        expected_type = tf.dtypes.as_dtype(signature.inputs[name].dtype)
        if tf.dtypes.as_dtype(np.asarray(array).dtype) != expected_type:
            given_type = tf.dtypes.as_dtype(np.asarray(array).dtype)
            raise invalid(f"Expects arg[{index}] to be {expected_type.name} but {given_type.name} is provided")


class Models:
    """The newest version of each model, by name."""

    def __init__(self, folders):
        self._models = {name: _load_newest(name, folder) for name, folder in folders.items()}

    def servable(self, name, version=None, label=None):
        """Raises Refusal in TensorFlow Serving's words."""
        if label:
            raise invalid(f"Unrecognized servable version label: {label}")
        model = self._models.get(name)
        if model is None or version not in (None, model.version):
            asked = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise not_found(f"Servable not found for request: {asked}")
        return model

    def status(self, name, version=None, label=None):
        """The loaded model whose state is asked for; a model that is here is AVAILABLE. Raises Refusal."""
        if label:
            raise invalid(f"Unrecognized servable version label: {label}")
        model = self._models.get(name)
        if model is None:
            raise not_found(f"Could not find any versions of model {name}")
        if version not in (None, model.version):
            raise not_found(f"Could not find version {version} of model {name}")
        return model


def _load_newest(name, folder):
    versions = [int(entry) for entry in os.listdir(folder) if entry.isdigit()]
    if not versions:
        raise SystemExit(f"{folder} holds no numbered version of {name}")
    return ServedModel(name, max(versions), os.path.join(folder, str(max(versions))))
