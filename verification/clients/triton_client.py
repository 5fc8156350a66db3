#!/usr/bin/env python3
"""NVIDIA's tritonclient as its users write one, over both of its transports."""

import numpy as np
import tritonclient.grpc
import tritonclient.http
from open_inference_client import listed, numbers, read_options, report
from tritonclient.utils import InferenceServerException


class Triton:
    """What both transports are asked in the same words."""

    def __init__(self, options, library, address, as_json):
        self._options = options
        self._library = library
        self._client = library.InferenceServerClient(address)
        self._as_json = as_json

    def _picture(self, count=1):
        pictures = np.array([self._options.picture] * count, dtype=np.object_)
        tensor = self._library.InferInput(self._options.pictures_input, [count], "BYTES")
        tensor.set_data_from_numpy(pictures)
        return [tensor]

    def _numbers(self, name=None):
        array = numbers(self._options)
        tensor = self._library.InferInput(name or self._options.tensors_input, list(array.shape), "FP32")
        tensor.set_data_from_numpy(array)
        return [tensor]

    def _infer(self, model, inputs, outputs=None, **more):
        result = self._client.infer(model, inputs, outputs=outputs, **more)
        response = result.get_response(**self._as_json)
        return {
            "model": response["model_name"],
            "version": response["model_version"],
            "id": response.get("id", ""),
            "outputs": {
                output["name"]: {"datatype": output["datatype"], "values": listed(result.as_numpy(output["name"]))}
                for output in response["outputs"]
            },
        }

    def _requested(self, name, **more):
        return [self._library.InferRequestedOutput(name, **more)]

    def live(self):
        return self._client.is_server_live()

    def ready(self):
        return self._client.is_server_ready()

    def model_ready(self):
        return self._client.is_model_ready(self._options.pictures_model)

    def unknown_model_ready(self):
        return self._client.is_model_ready("no_such_model")

    def server_metadata(self):
        return self._client.get_server_metadata(**self._as_json)

    def model_metadata(self):
        return self._client.get_model_metadata(self._options.pictures_model, "1", **self._as_json)

    def tensor_metadata(self):
        return self._client.get_model_metadata(self._options.tensors_model, **self._as_json)

    def model_config(self):
        return self._client.get_model_config(self._options.tensors_model, **self._as_json)

    def repository_index(self):
        return self._client.get_model_repository_index(**self._as_json)

    def statistics(self):
        """Over gRPC 64-bit numbers are text in JSON."""
        stats = self._client.get_inference_statistics(self._options.pictures_model, **self._as_json)
        [one] = stats["model_stats"]
        return {"name": one["name"], "version": one["version"], "is_counted": int(one["inference_count"]) > 0}

    def one_picture(self):
        return self._infer(self._options.pictures_model, self._picture(), request_id="a-1")

    def three_pictures(self):
        return self._infer(self._options.pictures_model, self._picture(3), model_version="1")

    def one_output(self):
        return self._infer(self._options.pictures_model, self._picture(), self._requested(self._options.scores))

    def classification(self):
        requested = self._requested(self._options.scores, class_count=3)
        return self._infer(self._options.pictures_model, self._picture(2), requested)

    def tensor(self):
        return self._infer(self._options.tensors_model, self._numbers())

    def in_the_background(self):
        """As `async_infer` sends it: over HTTP with a pool, over gRPC with a callback."""
        if self._library is tritonclient.http:
            result = self._client.async_infer(self._options.tensors_model, self._numbers()).get_result()
        else:
            from queue import Queue

            done = Queue()
            self._client.async_infer(
                self._options.tensors_model, self._numbers(), lambda result, error: done.put((result, error))
            )
            result, error = done.get(timeout=60)
            if error:
                raise error
        return listed(result.as_numpy(self._options.tensors_scores))

    # Calls that must fail.

    def unknown_model(self):
        return self._infer("no_such_model", self._picture())

    def unknown_version(self):
        return self._infer(self._options.pictures_model, self._picture(), model_version="987")

    def unknown_output(self):
        return self._infer(self._options.pictures_model, self._picture(), self._requested("no_such_output"))

    def unknown_input(self):
        return self._infer(self._options.tensors_model, self._numbers("no_such_input"))

    def wrong_datatype(self):
        tensor = self._library.InferInput(self._options.tensors_input, [1, 2], "INT32")
        tensor.set_data_from_numpy(np.array([[1, 2]], dtype=np.int32))
        return self._infer(self._options.tensors_model, [tensor])

    def wrong_shape(self):
        tensor = self._library.InferInput(self._options.tensors_input, [1, 2, 2, 3], "FP32")
        tensor.set_data_from_numpy(np.zeros([1, 2, 2, 3], dtype=np.float32))
        return self._infer(self._options.tensors_model, [tensor])

    def no_picture(self):
        tensor = self._library.InferInput(self._options.pictures_input, [1], "BYTES")
        tensor.set_data_from_numpy(np.array([b"not a picture"], dtype=np.object_))
        return self._infer(self._options.pictures_model, [tensor])

    def load(self):
        return self._client.load_model(self._options.pictures_model)

    def unload(self):
        return self._client.unload_model(self._options.pictures_model)


class Http(Triton):
    def __init__(self, options):
        super().__init__(options, tritonclient.http, options.http, {})

    def picture_and_answer_as_json(self):
        """Everything in the JSON: numbers only, since a text of JSON cannot hold the bytes of a picture."""
        array = numbers(self._options)
        tensor = self._library.InferInput(self._options.tensors_input, list(array.shape), "FP32")
        tensor.set_data_from_numpy(array, binary_data=False)
        requested = self._requested(self._options.tensors_scores, binary_data=False)
        return self._infer(self._options.tensors_model, [tensor], requested)

    def compressed(self):
        compression = {"request_compression_algorithm": "gzip", "response_compression_algorithm": "gzip"}
        return self._infer(self._options.tensors_model, self._numbers(), **compression)


class Grpc(Triton):
    def __init__(self, options):
        super().__init__(options, tritonclient.grpc, options.grpc, {"as_json": True})

    def typed_contents(self):
        """As the stubs of the library send what is not raw."""
        from tritonclient.grpc import service_pb2, service_pb2_grpc

        stub = service_pb2_grpc.GRPCInferenceServiceStub(self._client._channel)
        request = service_pb2.ModelInferRequest(model_name=self._options.tensors_model)
        array = numbers(self._options)
        tensor = request.inputs.add(name=self._options.tensors_input, datatype="FP32", shape=array.shape)
        tensor.contents.fp32_contents.extend(array.ravel().tolist())
        result = tritonclient.grpc.InferResult(stub.ModelInfer(request, timeout=60))
        return listed(result.as_numpy(self._options.tensors_scores))

    def typed_picture(self):
        from tritonclient.grpc import service_pb2, service_pb2_grpc

        stub = service_pb2_grpc.GRPCInferenceServiceStub(self._client._channel)
        request = service_pb2.ModelInferRequest(model_name=self._options.pictures_model)
        tensor = request.inputs.add(name=self._options.pictures_input, datatype="BYTES", shape=[1])
        tensor.contents.bytes_contents.append(self._options.picture)
        result = tritonclient.grpc.InferResult(stub.ModelInfer(request, timeout=60))
        return listed(result.as_numpy(self._options.scores))

    def past_deadline(self):
        return self._infer(self._options.pictures_model, self._picture(), client_timeout=1e-6)


class Control:
    """Of a server that lets requests load and unload models."""

    def __init__(self, options):
        self._options = options

    def _readiness(self, library, address):
        model = self._options.pictures_model
        client = library.InferenceServerClient(address)
        client.unload_model(model)
        without = client.is_model_ready(model)
        client.load_model(model)
        return [without, client.is_model_ready(model)]

    def http(self):
        return self._readiness(tritonclient.http, self._options.http)

    def grpc(self):
        return self._readiness(tritonclient.grpc, self._options.grpc)


def main():
    options = read_options()
    clients = [Control(options)] if options.may_control else [Http(options), Grpc(options)]
    report(
        *clients,
        refusals={InferenceServerException: lambda error: [str(error.status()), error.message()]},
    )


if __name__ == "__main__":
    main()
