#!/usr/bin/env python3
"""KServe's InferenceRESTClient and InferenceGRPCClient as their users write them, in both versions of its protocol."""
import base64

import grpc
import httpx
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig
from open_inference_client import listed, numbers, read_options, report


class Client:
    def __init__(self, options):
        self._options = options

    def _tensor(self, binary_data):
        array = numbers(self._options)
        tensor = InferInput(self._options.tensors_input, list(array.shape), "FP32")
        tensor.set_data_from_numpy(array, binary_data=binary_data)
        return InferRequest(model_name=self._options.tensors_model, infer_inputs=[tensor], request_id="a-1")

    def _described(self, response):
        return {
            "model": response.model_name,
            "version": response.model_version,
            "id": response.id,
            "outputs": {output.name: listed(output.as_numpy()) for output in response.outputs},
        }


class RestV2(Client):
    def __init__(self, options):
        super().__init__(options)
        self._url = f"http://{options.http}"

    async def _with(self, call):
        async with InferenceRESTClient(RESTConfig(protocol="v2")) as client:
            return await call(client)

    async def _infer(self, model, request):
        return self._described(await self._with(lambda client: client.infer(self._url, request, model_name=model)))

    async def live(self):
        return await self._with(lambda client: client.is_server_live(self._url))

    async def ready(self):
        return await self._with(lambda client: client.is_server_ready(self._url))

    async def model_ready(self):
        return await self._with(lambda client: client.is_model_ready(self._url, self._options.pictures_model))

    async def unknown_model_ready(self):
        return await self._with(lambda client: client.is_model_ready(self._url, "no_such_model"))

    async def tensor_as_json(self):
        return await self._infer(self._options.tensors_model, self._tensor(False))

    async def tensor_as_binary(self):
        return await self._infer(self._options.tensors_model, self._tensor(True))

    async def picture_as_json(self):
        data = [base64.b64encode(self._options.picture).decode()]
        tensor = InferInput(self._options.pictures_input, [1], "BYTES", data=data)
        request = InferRequest(model_name=self._options.pictures_model, infer_inputs=[tensor])
        return await self._infer(self._options.pictures_model, request)

    async def unknown_model(self):
        return await self._infer("no_such_model", self._tensor(False))

    async def no_picture(self):
        tensor = InferInput(self._options.pictures_input, [1], "BYTES", data=["bm90IGEgcGljdHVyZQ=="])
        request = InferRequest(model_name=self._options.pictures_model, infer_inputs=[tensor])
        return await self._infer(self._options.pictures_model, request)


class RestV1(Client):
    def __init__(self, options):
        super().__init__(options)
        self._url = f"http://{options.http}"

    async def _with(self, call):
        async with InferenceRESTClient(RESTConfig(protocol="v1")) as client:
            return await call(client)

    async def live(self):
        return await self._with(lambda client: client.is_server_live(self._url))

    async def model_ready(self):
        return await self._with(lambda client: client.is_model_ready(self._url, self._options.pictures_model))

    async def picture(self):
        data = {"instances": [{"b64": base64.b64encode(self._options.picture).decode()}]}
        return await self._with(
            lambda client: client.infer(self._url, data, model_name=self._options.pictures_model)
        )

    async def unknown_model(self):
        return await self._with(lambda client: client.infer(self._url, {"instances": [1]}, model_name="no_such_model"))


class Grpc(Client):
    async def _with(self, call):
        async with InferenceGRPCClient(self._options.grpc) as client:
            return await call(client)

    async def live(self):
        return await self._with(lambda client: client.is_server_live())

    async def ready(self):
        return await self._with(lambda client: client.is_server_ready())

    async def model_ready(self):
        return await self._with(lambda client: client.is_model_ready(self._options.pictures_model))

    async def typed_tensor(self):
        return self._described(await self._with(lambda client: client.infer(self._tensor(False))))

    async def raw_tensor(self):
        return self._described(await self._with(lambda client: client.infer(self._tensor(True))))

    async def typed_picture(self):
        tensor = InferInput(self._options.pictures_input, [1], "BYTES", data=[self._options.picture])
        request = InferRequest(model_name=self._options.pictures_model, infer_inputs=[tensor])
        return self._described(await self._with(lambda client: client.infer(request)))

    async def unknown_model(self):
        request = self._tensor(True)
        request.model_name = "no_such_model"
        return self._described(await self._with(lambda client: client.infer(request)))


def main():
    options = read_options()
    report(
        RestV2(options),
        RestV1(options),
        Grpc(options),
        refusals={
            httpx.HTTPStatusError: lambda error: [error.response.status_code, str(error)],
            grpc.RpcError: lambda error: [error.code().name, error.details()],
        },
    )


if __name__ == "__main__":
    main()
