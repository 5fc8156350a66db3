"""What the clients of the Open Inference Protocol here share: their options, their tensor, and how they report.

A client prints one JSON object with what each call gave. A call that was refused is {"code", "details"}.
"""
import asyncio
import inspect
import json
import sys
from types import SimpleNamespace

import numpy as np


def read_options():
    """The JSON object on standard input: KServe's package takes the command line for its own when it is imported.

    http, grpc: host:port; picture: a JPEG file; pictures_model: a model that takes JPEGs; pictures_input;
    scores: the model's output of scores; tensors_model: a model that takes float32 [N, side, side, 3];
    tensors_input; tensors_scores; tensors_side; may_control: whether the server lets requests load and unload models.
    """
    options = SimpleNamespace(**json.load(sys.stdin))
    with open(options.picture, "rb") as file:
        options.picture = file.read()
    return options


def numbers(options):
    """From 0 to 1, in the order of the pixels."""
    side = options.tensors_side
    return np.linspace(0, 1, side * side * 3, dtype=np.float32).reshape(1, side, side, 3)


def report(*clients, refusals):
    """Calls every public method of each client, whose name is the key of its answer.

    `refusals` maps exceptions to functions from one to its [code, details].
    """
    print(json.dumps(asyncio.run(answers_of(clients, refusals))))


async def answers_of(clients, refusals):
    answers = {}
    for client in clients:
        prefix = type(client).__name__
        for name, method in inspect.getmembers(client, inspect.ismethod):
            if not name.startswith("_"):
                answers[f"{prefix}.{name}"] = await outcome(method, refusals)
    return answers


async def outcome(method, refusals):
    try:
        answer = method()
        return await answer if inspect.isawaitable(answer) else answer
    except tuple(refusals) as error:
        describe = next(describe for kind, describe in refusals.items() if isinstance(error, kind))
        code, details = describe(error)
        return {"code": code, "details": details}


def listed(array):
    """A numpy array as JSON can hold it, texts as texts."""
    if array.dtype == np.object_ or array.dtype.kind == "S":
        return np.array([item.decode() if isinstance(item, bytes) else str(item) for item in array.ravel()]).reshape(
            array.shape
        ).tolist()
    return array.tolist()
