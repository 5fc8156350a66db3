"""The REST API: predict, status and metadata of TensorFlow Serving, with its error bodies."""
import http.server
import json
import re

from google.protobuf import json_format
from tensorflow_serving.apis import get_model_metadata_pb2

from json_tensors import read_predict_request, write_predict_response
from models import DEFAULT_SIGNATURE
from refusal import Refusal, invalid

PATH = re.compile(
    r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
    r"(?P<what>:predict|:classify|:regress|/metadata)?",
    re.IGNORECASE,
)


def rest_server(models, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave in one packet.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self):
            self._answer()

        def do_POST(self):
            self._answer()

        def log_message(self, *_):
            pass

        def _answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                status, text = 200, answer(models, self.command, self.path, body)
            except Refusal as refusal:
                status, text = refusal.http_status, json.dumps({"error": refusal.message}, indent=4)
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    return server


def answer(models, method, path, body):
    """Response body; raises Refusal."""
    found = PATH.fullmatch(path.split("?", 1)[0])
    what = (found["what"] or "").lower() if found else ""
    if found is None or method != ("POST" if what.startswith(":") else "GET"):
        raise invalid(f"Malformed request: {method} {path}")
    asked = (found["name"], found["version"] and int(found["version"]), found["label"])
    if what == "":
        return _status(models.status(*asked))
    model = models.servable(*asked)
    if what == "/metadata":
        return _metadata(model)
    if what != ":predict":
        raise invalid("this stand-in predicts only")
    name, form, inputs = read_predict_request(body, lambda name: _signature(model, name))
    return write_predict_response(model.run(name, inputs), form)


def _signature(model, name):
    signature = model.signatures.get(name or DEFAULT_SIGNATURE)
    if signature is None:
        raise invalid(f'Serving signature name: "{name or DEFAULT_SIGNATURE}" not found in signature def')
    return signature


def _status(model):
    status = {"error_code": "OK", "error_message": ""}
    versions = [{"version": str(model.version), "state": "AVAILABLE", "status": status}]
    return json.dumps({"model_version_status": versions}, indent=1)


def _metadata(model):
    signatures = get_model_metadata_pb2.SignatureDefMap()
    for name, signature in model.signatures.items():
        signatures.signature_def[name].CopyFrom(signature)
    written = json_format.MessageToDict(
        signatures, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    specification = {"name": model.name, "signature_name": "", "version": str(model.version)}
    return json.dumps({"model_spec": specification, "metadata": {"signature_def": written}}, indent=1)
