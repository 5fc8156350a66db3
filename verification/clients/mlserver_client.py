#!/usr/bin/env python3
"""MLServer's own types, codecs and stubs, as its users write requests and read answers with them."""
import grpc
import httpx
from mlserver.codecs import Base64Codec, NumpyCodec, NumpyRequestCodec, StringCodec
from mlserver.grpc.converters import (
    ModelInferRequestConverter,
    ModelInferResponseConverter,
    ModelMetadataResponseConverter,
)
from mlserver.grpc.dataplane_pb2 import ModelMetadataRequest, ServerReadyRequest
from mlserver.grpc.dataplane_pb2_grpc import GRPCInferenceServiceStub
from mlserver.grpc.model_repository_pb2 import (
    RepositoryIndexRequest,
    RepositoryModelLoadRequest,
    RepositoryModelUnloadRequest,
)
from mlserver.grpc.model_repository_pb2_grpc import ModelRepositoryServiceStub
from mlserver.types import (
    InferenceRequest,
    InferenceResponse,
    MetadataModelResponse,
    MetadataServerResponse,
    RepositoryIndexResponse,
)
from open_inference_client import listed, numbers, read_options, report

SECONDS = 60


class Client:
    def __init__(self, options):
        self._options = options

    def _pictures(self, name=None):
        """Under a name of the client's own, as arguments of a pipeline are called, unless told otherwise."""
        return InferenceRequest(inputs=[Base64Codec.encode_input(name or "images", [self._options.picture])])

    def _payload(self):
        """As a function of MLServer's with an argument `payload` gets it."""
        return InferenceRequest(inputs=[NumpyCodec.encode_input("payload", numbers(self._options))])


class Rest(Client):
    def __init__(self, options):
        super().__init__(options)
        self._http = httpx.Client(base_url=f"http://{options.http}/v2", timeout=SECONDS)

    def _infer(self, model, request):
        """`model_dump` writes every absent field as null."""
        answer = self._http.post(f"models/{model}/infer", json=request.model_dump(mode="json"))
        answer.raise_for_status()
        return InferenceResponse.model_validate_json(answer.text)

    def _get(self, kind, path):
        answer = self._http.get(path)
        answer.raise_for_status()
        return kind.model_validate_json(answer.text).model_dump(exclude_none=True)

    def server_metadata(self):
        return self._get(MetadataServerResponse, "")

    def model_metadata(self):
        return self._get(MetadataModelResponse, f"models/{self._options.pictures_model}")

    def repository_index(self):
        answer = self._http.post("repository/index", json={})
        answer.raise_for_status()
        return [
            [item.name, item.version, str(item.state)]
            for item in RepositoryIndexResponse.model_validate_json(answer.text).root
        ]

    def labels(self):
        response = self._infer(self._options.pictures_model, self._pictures())
        [output] = response.outputs
        return {
            "name": output.name,
            "shape": output.shape,
            "content_type": output.parameters.content_type,
            "texts": StringCodec.decode_output(output),
        }

    def picture_by_name(self):
        request = self._pictures(self._options.pictures_input)
        response = self._infer(self._options.pictures_model, request)
        return {output.name: listed(NumpyCodec.decode_output(output)) for output in response.outputs}

    def classes_of_an_array(self):
        response = self._infer(self._options.tensors_model, self._payload())
        [output] = response.outputs
        return {
            "name": output.name,
            "datatype": output.datatype,
            "shape": output.shape,
            "classes": listed(NumpyCodec.decode_output(output)),
            "by_request_codec": listed(NumpyRequestCodec.decode_response(response)),
        }

    def unknown_model(self):
        return str(self._infer("no_such_model", self._payload()))


class Grpc(Client):
    def __init__(self, options):
        super().__init__(options)
        self._stub = GRPCInferenceServiceStub(grpc.insecure_channel(options.grpc))

    def _infer(self, model, request, use_raw):
        message = ModelInferRequestConverter.from_types(request, model_name=model, model_version=None, use_raw=use_raw)
        return ModelInferResponseConverter.to_types(self._stub.ModelInfer(message, timeout=SECONDS))

    def _classes(self, use_raw):
        [output] = self._infer(self._options.tensors_model, self._payload(), use_raw).outputs
        return {"name": output.name, "classes": listed(NumpyCodec.decode_output(output))}

    def ready(self):
        return self._stub.ServerReady(ServerReadyRequest(), timeout=SECONDS).ready

    def model_metadata(self):
        request = ModelMetadataRequest(name=self._options.pictures_model)
        answer = ModelMetadataResponseConverter.to_types(self._stub.ModelMetadata(request, timeout=SECONDS))
        return answer.model_dump(exclude_none=True)

    def typed_array(self):
        return self._classes(False)

    def raw_array(self):
        return self._classes(True)

    def labels(self):
        [output] = self._infer(self._options.pictures_model, self._pictures(), False).outputs
        return {"name": output.name, "texts": StringCodec.decode_output(output)}

    def unknown_model(self):
        return str(self._infer("no_such_model", self._payload(), True))


class Repository:
    """By the service of its own that MLServer has for it."""

    def __init__(self, options):
        self._model = options.pictures_model
        self._stub = ModelRepositoryServiceStub(grpc.insecure_channel(options.grpc))

    def _index(self):
        models = self._stub.RepositoryIndex(RepositoryIndexRequest(), timeout=SECONDS).models
        return {model.name: model.state for model in models}

    def index(self):
        return self._index()

    def load_and_unload(self):
        self._stub.RepositoryModelUnload(RepositoryModelUnloadRequest(model_name=self._model), timeout=SECONDS)
        without = self._index()[self._model]
        self._stub.RepositoryModelLoad(RepositoryModelLoadRequest(model_name=self._model), timeout=SECONDS)
        return [without, self._index()[self._model]]


def main():
    options = read_options()
    clients = [] if options.may_control else [Rest(options), Grpc(options)]
    report(
        *clients,
        Repository(options),
        refusals={
            httpx.HTTPStatusError: lambda error: [error.response.status_code, error.response.json()["error"]],
            grpc.RpcError: lambda error: [error.code().name, error.details()],
        },
    )


if __name__ == "__main__":
    main()
