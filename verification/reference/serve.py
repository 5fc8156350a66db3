#!/usr/bin/env python3
"""A stand-in for TensorFlow Serving made of TensorFlow itself and the official stubs; nothing of Fovea is in it.

One JSON line on standard output says that it listens: {"rest": port, "grpc": port, "tensorflow": version}. It ends when
its standard input does, so that it never outlives whoever started it.
"""
import argparse
import json
import os
import sys
import threading

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

# A session is what TensorFlow Serving runs; that TensorFlow 2 has other ways is no news here.
tf.get_logger().setLevel("ERROR")

from models import Models
from rest import rest_server
from rpc import rpc_server


def named_folder(text):
    name, separator, folder = text.partition("=")
    if not (name and separator and os.path.isdir(folder)):
        raise argparse.ArgumentTypeError(f"{text} is not NAME=FOLDER with a folder that exists")
    return name, folder


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--model",
        type=named_folder,
        action="append",
        required=True,
        metavar="NAME=FOLDER",
        help="a model and the folder of its numbered versions, of which the highest is served; may be repeated",
    )
    parser.add_argument("--rest-port", type=int, default=0, help="0 (default) is any free port")
    parser.add_argument("--grpc-port", type=int, default=0, help="0 (default) is any free port")
    parser.add_argument("--tensor-content", action="store_true", help="answer with tensor_content over gRPC")
    options = parser.parse_args()

    models = Models(dict(options.model))
    rest = rest_server(models, options.rest_port)
    threading.Thread(target=rest.serve_forever, daemon=True).start()
    rpc, grpc_port = rpc_server(models, options.grpc_port, options.tensor_content)
    print(json.dumps({"rest": rest.server_port, "grpc": grpc_port, "tensorflow": tf.__version__}), flush=True)
    sys.stdin.read()
    rpc.stop(grace=None)
    rest.shutdown()


if __name__ == "__main__":
    main()
