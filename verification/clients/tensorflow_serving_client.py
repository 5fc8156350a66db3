#!/usr/bin/env python3
"""A client of TensorFlow Serving as its users write one: the official stubs, TensorFlow's own tensors, nothing of Fovea.

Prints one JSON object with what each call gave. A call that failed is {"code", "details"}.
"""
import argparse
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

SECONDS = 60


class Client:
    def __init__(self, options):
        self.options = options
        channel = grpc.insecure_channel(options.address)
        self.prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        self.models = model_service_pb2_grpc.ModelServiceStub(channel)
        with open(options.picture, "rb") as file:
            self.picture = file.read()

    def predict_request(self, count=1, model=None):
        request = predict_pb2.PredictRequest()
        request.model_spec.name = model or self.options.pictures_model
        request.inputs[self.options.pictures_input].CopyFrom(tf.make_tensor_proto([self.picture] * count))
        return request

    def predict(self, request):
        response = self.prediction.Predict(request, SECONDS)
        specification = response.model_spec
        return {
            "name": specification.name,
            "version": specification.version.value,
            "signature": specification.signature_name,
            "outputs": {name: tf.make_ndarray(proto).tolist() for name, proto in response.outputs.items()},
            "fields": {
                name: sorted(field.name for field, _ in proto.ListFields()) for name, proto in response.outputs.items()
            },
        }

    # One method a call; its name is the key of its answer.

    def one_picture(self):
        return self.predict(self.predict_request())

    def three_pictures(self):
        return self.predict(self.predict_request(3))

    def filtered(self):
        request = self.predict_request()
        request.output_filter.append(self.options.scores)
        return self.predict(request)

    def by_version(self):
        request = self.predict_request()
        request.model_spec.version.value = 1
        return self.predict(request)

    def by_label(self):
        request = self.predict_request()
        request.model_spec.version_label = "stable"
        return self.predict(request)

    def tensor_request(self, proto):
        request = predict_pb2.PredictRequest()
        request.model_spec.name = self.options.tensors_model
        request.model_spec.signature_name = "serving_default"
        request.inputs[self.options.tensors_input].CopyFrom(proto)
        return request

    def numbers(self):
        side = self.options.tensors_side
        return np.linspace(0, 1, side * side * 3, dtype=np.float32).reshape(1, side, side, 3)

    def tensor_as_content(self):
        proto = tf.make_tensor_proto(self.numbers())
        assert proto.tensor_content
        return self.predict(self.tensor_request(proto))

    def tensor_as_values(self):
        numbers = self.numbers()
        proto = tf.make_tensor_proto(0.0, shape=numbers.shape)
        del proto.float_val[:]
        proto.float_val.extend(numbers.ravel().tolist())
        return self.predict(self.tensor_request(proto))

    def tensor_of_one_value(self):
        """One value that fills the whole shape, as TensorFlow writes constants."""
        proto = tf.make_tensor_proto(0.5, dtype=tf.float32, shape=self.numbers().shape)
        assert len(proto.float_val) == 1
        return self.predict(self.tensor_request(proto))

    def tensor_of_the_same_values(self):
        return self.predict(self.tensor_request(tf.make_tensor_proto(np.full_like(self.numbers(), 0.5))))

    def metadata(self):
        request = get_model_metadata_pb2.GetModelMetadataRequest()
        request.model_spec.name = self.options.pictures_model
        request.metadata_field.append("signature_def")
        response = self.prediction.GetModelMetadata(request, SECONDS)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        assert response.metadata["signature_def"].Unpack(signatures)
        signature = signatures.signature_def["serving_default"]
        described = lambda fields: {
            name: [tf.dtypes.as_dtype(info.dtype).name, [dim.size for dim in info.tensor_shape.dim]]
            for name, info in fields.items()
        }
        return {
            "version": response.model_spec.version.value,
            "inputs": described(signature.inputs),
            "outputs": described(signature.outputs),
            "method": signature.method_name,
        }

    def status(self):
        request = get_model_status_pb2.GetModelStatusRequest()
        request.model_spec.name = self.options.pictures_model
        response = self.models.GetModelStatus(request, SECONDS)
        return [
            [status.version, get_model_status_pb2.ModelVersionStatus.State.Name(status.state), status.status.error_code]
            for status in response.model_version_status
        ]

    def example(self):
        feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[self.picture]))
        return tf.train.Example(features=tf.train.Features(feature={self.options.pictures_input: feature}))

    def classify(self):
        request = classification_pb2.ClassificationRequest()
        request.model_spec.name = self.options.pictures_model
        request.input.example_list.examples.extend([self.example(), self.example()])
        response = self.prediction.Classify(request, SECONDS)
        return [
            [[one.label, one.score] for one in classifications.classes]
            for classifications in response.result.classifications
        ]

    def multi_inference(self):
        request = inference_pb2.MultiInferenceRequest()
        task = request.tasks.add()
        task.model_spec.name = self.options.pictures_model
        task.method_name = "tensorflow/serving/classify"
        request.input.example_list.examples.append(self.example())
        response = self.prediction.MultiInference(request, SECONDS)
        return [len(result.classification_result.classifications) for result in response.results]

    # Calls that must fail.

    def regress_without_regression(self):
        request = regression_pb2.RegressionRequest()
        request.model_spec.name = self.options.pictures_model
        request.input.example_list.examples.append(self.example())
        return str(self.prediction.Regress(request, SECONDS))

    def unknown_model(self):
        return self.predict(self.predict_request(model="no_such_model"))

    def status_of_unknown_model(self):
        request = get_model_status_pb2.GetModelStatusRequest()
        request.model_spec.name = "no_such_model"
        return str(self.models.GetModelStatus(request, SECONDS))

    def unknown_version(self):
        request = self.predict_request()
        request.model_spec.version.value = 987
        return self.predict(request)

    def unknown_label(self):
        request = self.predict_request()
        request.model_spec.version_label = "no_such_label"
        return self.predict(request)

    def no_model(self):
        request = self.predict_request()
        request.ClearField("model_spec")
        return self.predict(request)

    def unknown_output(self):
        request = self.predict_request()
        request.output_filter.append("no_such_output")
        return self.predict(request)

    def unknown_input(self):
        request = self.predict_request()
        request.inputs["no_such_input"].CopyFrom(tf.make_tensor_proto([1.0]))
        return self.predict(request)

    def wrong_datatype(self):
        request = self.predict_request()
        request.inputs[self.options.pictures_input].CopyFrom(tf.make_tensor_proto([1.0]))
        return self.predict(request)

    def no_picture(self):
        request = self.predict_request()
        request.inputs[self.options.pictures_input].CopyFrom(tf.make_tensor_proto([b"not a picture"]))
        return self.predict(request)

    def short_content(self):
        """A shape that promises far more than there is."""
        proto = tf.make_tensor_proto(self.numbers())
        proto.tensor_shape.dim[0].size = 2**40
        return self.predict(self.tensor_request(proto))

    def unknown_metadata(self):
        request = get_model_metadata_pb2.GetModelMetadataRequest()
        request.model_spec.name = self.options.pictures_model
        request.metadata_field.append("no_such_field")
        return str(self.prediction.GetModelMetadata(request, SECONDS))

    def past_deadline(self):
        return str(self.prediction.Predict(self.predict_request(), 0))


def outcome(call):
    try:
        return call()
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", required=True, help="host:port")
    parser.add_argument("--picture", required=True, help="a JPEG file")
    parser.add_argument("--pictures-model", required=True, help="a model that takes JPEGs; its label stable is version 1")
    parser.add_argument("--pictures-input", required=True)
    parser.add_argument("--scores", required=True, help="the model's output of scores")
    parser.add_argument("--tensors-model", required=True, help="a model that takes float32 [N, side, side, 3]")
    parser.add_argument("--tensors-input", required=True)
    parser.add_argument("--tensors-side", required=True, type=int)
    client = Client(parser.parse_args())
    helpers = {"predict", "predict_request", "tensor_request", "numbers", "example"}
    calls = [name for name, value in vars(Client).items() if callable(value) and not name.startswith("_")]
    print(json.dumps({name: outcome(getattr(client, name)) for name in calls if name not in helpers}))


if __name__ == "__main__":
    main()
