"""The gRPC API: Predict, GetModelMetadata and GetModelStatus, through the official stubs."""
import concurrent.futures

import grpc
import numpy as np
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
)

from models import DEFAULT_SIGNATURE
from refusal import Refusal, invalid

#: The typed field of each datatype; half precision goes as its bits.
VALUE_FIELDS = {
    tf.float32: "float_val",
    tf.float64: "double_val",
    tf.int8: "int_val",
    tf.uint8: "int_val",
    tf.int16: "int_val",
    tf.uint16: "int_val",
    tf.int32: "int_val",
    tf.int64: "int64_val",
    tf.uint32: "uint32_val",
    tf.uint64: "uint64_val",
    tf.bool: "bool_val",
    tf.string: "string_val",
    tf.float16: "half_val",
}


def rpc_server(models, port, as_tensor_content):
    """A started server and its port."""
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=16),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    prediction = PredictionService(models, as_tensor_content)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(prediction, server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(models), server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return server, bound


def answering(method):
    """A refusal becomes a status."""

    def answered(self, request, context):
        try:
            return method(self, request)
        except Refusal as refusal:
            return context.abort(refusal.code, refusal.message)

    return answered


def _asked(specification):
    if not specification.name:
        raise invalid("Missing ModelSpec")
    version = specification.version.value if specification.HasField("version") else None
    return specification.name, version, specification.version_label


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    def __init__(self, models, as_tensor_content):
        self._models = models
        self._as_tensor_content = as_tensor_content

    @answering
    def Predict(self, request):
        model = self._models.servable(*_asked(request.model_spec))
        inputs = {name: _from_proto(name, proto) for name, proto in request.inputs.items()}
        outputs = model.run(request.model_spec.signature_name, inputs, request.output_filter)
        response = predict_pb2.PredictResponse()
        _specify(response.model_spec, model)
        response.model_spec.signature_name = request.model_spec.signature_name or DEFAULT_SIGNATURE
        for name, array in outputs.items():
            response.outputs[name].CopyFrom(_to_proto(np.asarray(array), self._as_tensor_content))
        return response

    @answering
    def GetModelMetadata(self, request):
        if not request.metadata_field:
            raise invalid("GetModelMetadataRequest must specify at least one metadata_field")
        for field in request.metadata_field:
            if field != "signature_def":
                raise invalid(f"Metadata field {field} is not supported")
        model = self._models.servable(*_asked(request.model_spec))
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        _specify(response.model_spec, model)
        signatures = get_model_metadata_pb2.SignatureDefMap()
        for name, signature in model.signatures.items():
            signatures.signature_def[name].CopyFrom(signature)
        response.metadata["signature_def"].Pack(signatures)
        return response


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    def __init__(self, models):
        self._models = models

    @answering
    def GetModelStatus(self, request):
        model = self._models.status(*_asked(request.model_spec))
        response = get_model_status_pb2.GetModelStatusResponse()
        status = response.model_version_status.add()
        status.version = model.version
        status.state = get_model_status_pb2.ModelVersionStatus.AVAILABLE
        return response


def _specify(specification, model):
    specification.name = model.name
    specification.version.value = model.version


def _from_proto(name, proto):
    try:
        return tf.make_ndarray(proto)
    except (TypeError, ValueError) as error:
        raise invalid(f"Invalid tensor proto of {name}: {error}") from error


def _to_proto(array, as_tensor_content):
    dtype = tf.string if array.dtype == object else tf.dtypes.as_dtype(array.dtype)
    proto = tensor_pb2.TensorProto(dtype=dtype.as_datatype_enum)
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if as_tensor_content and dtype != tf.string:
        proto.tensor_content = array.tobytes()
    else:
        values = array.view(np.uint16) if dtype == tf.float16 else array
        getattr(proto, VALUE_FIELDS[dtype]).extend(values.ravel().tolist())
    return proto
