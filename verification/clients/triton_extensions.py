#!/usr/bin/env python3
"""NVIDIA's tritonclient with every datatype, its streams, and the extensions that its users turn on and off."""

import json
import sys
from queue import Queue
from types import SimpleNamespace

import ml_dtypes
import numpy as np
import tritonclient.grpc
import tritonclient.http
from open_inference_client import report
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException

SECONDS = 60
MODEL = "every_datatype"

#: By the name of the input: the protocol's name, and the ends of the range.
ARRAYS = {
    "bool": ("BOOL", np.array([True, False])),
    "uint8": ("UINT8", np.array([0, 2**8 - 1], np.uint8)),
    "uint16": ("UINT16", np.array([0, 2**16 - 1], np.uint16)),
    "uint32": ("UINT32", np.array([0, 2**32 - 1], np.uint32)),
    "uint64": ("UINT64", np.array([0, 2**64 - 1], np.uint64)),
    "int8": ("INT8", np.array([-(2**7), 2**7 - 1], np.int8)),
    "int16": ("INT16", np.array([-(2**15), 2**15 - 1], np.int16)),
    "int32": ("INT32", np.array([-(2**31), 2**31 - 1], np.int32)),
    "int64": ("INT64", np.array([-(2**63), 2**63 - 1], np.int64)),
    "float16": ("FP16", np.array([2**-24, -65504], np.float16)),
    "bfloat16": ("BF16", np.array([2**-126, -1.5], ml_dtypes.bfloat16)),
    "float32": ("FP32", np.array([2**-149, -3e38], np.float32)),
    "float64": ("FP64", np.array([5e-324, -1e308], np.float64)),
    "string": ("BYTES", np.array([b"", b"\xff\xd8 \x00"], np.object_)),
}
#: The typed field of each datatype that has one.
CONTENTS = {
    "BOOL": "bool_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


def unlike(result):
    """The names of the inputs that did not come back as they were."""
    return [
        name
        for name, (_, array) in ARRAYS.items()
        if (back := result.as_numpy(f"back_{name}")) is None or back.dtype != array.dtype or back.tolist() != array.tolist()
    ]


class Extensions:
    """What both transports are asked in the same words."""

    def __init__(self, library, address):
        self._library = library
        self._client = library.InferenceServerClient(address)

    def _inputs(self, **more):
        tensors = []
        for name, (datatype, array) in ARRAYS.items():
            tensor = self._library.InferInput(name, [2], datatype)
            tensor.set_data_from_numpy(array, **more)
            tensors.append(tensor)
        return tensors

    def every_datatype(self):
        return unlike(self._client.infer(MODEL, self._inputs()))

    def regions(self):
        return [
            json.loads(json.dumps(self._plain(get())))
            for get in (self._client.get_system_shared_memory_status, self._client.get_cuda_shared_memory_status)
        ]

    def unknown_region(self):
        return self._client.get_system_shared_memory_status("input")

    def register_system(self):
        return self._client.register_system_shared_memory("input", "/input", 64)

    def register_cuda(self):
        return self._client.register_cuda_shared_memory("input", b"aGFuZGxl", 0, 64)

    def unregister(self):
        self._client.unregister_system_shared_memory()
        self._client.unregister_cuda_shared_memory("input")
        return "done"

    def infer_from_shared_memory(self):
        tensor = self._library.InferInput("uint8", [2], "UINT8")
        tensor.set_shared_memory("input", 2)
        return unlike(self._client.infer(MODEL, [tensor]))

    def infer_to_shared_memory(self):
        output = self._library.InferRequestedOutput("back_uint8")
        output.set_shared_memory("output", 2)
        return unlike(self._client.infer(MODEL, self._inputs(), outputs=[output]))

    def traces(self):
        return self._plain(self._client.get_trace_settings())

    def traces_of_a_model(self):
        return self._plain(self._client.get_trace_settings(MODEL))

    def traces_of_no_model(self):
        return self._plain(self._client.get_trace_settings("no_such_model"))

    def set_traces(self):
        return self._plain(self._client.update_trace_settings(settings={"trace_level": ["TIMESTAMPS"]}))

    def log(self):
        return self._plain(self._client.get_log_settings())

    def set_log(self):
        return self._plain(self._client.update_log_settings({"log_verbose_level": 2}))


class Http(Extensions):
    def __init__(self, options):
        super().__init__(tritonclient.http, options.http)

    def _plain(self, answer):
        return answer

    def as_json(self):
        """What the library writes as JSON, which leaves the floats of 16 bits and bytes that are no text out."""
        tensors = []
        for name, (datatype, array) in ARRAYS.items():
            is_json = name not in ("float16", "bfloat16", "string")
            tensor = tritonclient.http.InferInput(name, [2], datatype)
            tensor.set_data_from_numpy(array, binary_data=not is_json)
            tensors.append(tensor)
        return unlike(self._client.infer(MODEL, tensors))


class Grpc(Extensions):
    def __init__(self, options):
        super().__init__(tritonclient.grpc, options.grpc)

    def _plain(self, message):
        """Maps of settings with their only values."""
        if hasattr(message, "regions"):
            return list(message.regions)
        return {
            name: list(value.value) if hasattr(value, "value") else getattr(value, value.WhichOneof("parameter_choice"))
            for name, value in message.settings.items()
        }

    def typed_contents(self):
        """Each datatype that messages have a field for; the others alone, for their refusals."""
        stub = service_pb2_grpc.GRPCInferenceServiceStub(self._client._channel)
        refused = {}
        for name, (datatype, array) in ARRAYS.items():
            request = service_pb2.ModelInferRequest(model_name=MODEL)
            tensor = request.inputs.add(name=name, datatype=datatype, shape=[2])
            if datatype in CONTENTS:
                getattr(tensor.contents, CONTENTS[datatype]).extend(array.tolist())
            try:
                stub.ModelInfer(request, timeout=SECONDS)
            except tritonclient.grpc.grpc.RpcError as error:
                refused[name] = error.details()
        return refused

    def stream(self):
        """Requests of which one is refused, and what each of them heard, in its order."""
        heard = Queue()
        self._client.start_stream(lambda result, error: heard.put((result, error)))
        for index in range(50):
            model = "no_such_model" if index == 20 else MODEL
            self._client.async_stream_infer(model, self._inputs(), request_id=str(index))
        self._client.stop_stream()
        answers = [heard.get(timeout=SECONDS) for _ in range(50)]
        return [
            error.message() if error else [result.get_response().id, unlike(result), *self._final(result)]
            for result, error in answers
        ]

    def _final(self, result):
        return [result.get_response().parameters["triton_final_response"].bool_param]

    def two_streams(self):
        """One after the other on one connection; the first one is left in the middle."""
        first, second = Queue(), Queue()
        self._client.start_stream(lambda result, error: first.put(error))
        for _ in range(2000):
            self._client.async_stream_infer(MODEL, self._inputs())
        first.get(timeout=SECONDS)
        self._client.stop_stream(cancel_requests=True)
        self._client.start_stream(lambda result, error: second.put(error))
        self._client.async_stream_infer(MODEL, self._inputs())
        self._client.stop_stream()
        return str(second.get(timeout=SECONDS))

    def late_stream(self):
        heard = Queue()
        self._client.start_stream(lambda result, error: heard.put(error), stream_timeout=0.2)
        error = heard.get(timeout=SECONDS)
        self._client.stop_stream()
        return str(error.status())


def main():
    options = SimpleNamespace(**json.load(sys.stdin))
    report(
        Http(options),
        Grpc(options),
        refusals={InferenceServerException: lambda error: [str(error.status()), error.message()]},
    )


if __name__ == "__main__":
    main()
