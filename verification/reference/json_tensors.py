"""Tensors as TensorFlow Serving's REST API writes them: rows or columns, {"b64"} for bytes, NaN and Infinity as they are."""
import base64
import binascii
import json

import numpy as np
import tensorflow as tf

from refusal import invalid

ROWS, COLUMNS = "instances", "inputs"


def read_predict_request(body, signature_of):
    """Request body -> (name of the signature, ROWS or COLUMNS, arrays by name of the input). Raises Refusal."""
    request = _parse(body)
    name = request.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid("'signature_name' key must be a string value.")
    signature = signature_of(name)
    if (ROWS in request) == (COLUMNS in request):
        if ROWS in request:
            raise invalid("Not formatted correctly: expecting only one of 'inputs' and 'instances' keys to exist")
        raise invalid("Missing 'inputs' or 'instances' key")
    if ROWS in request:
        return name, ROWS, _rows(request[ROWS], signature.inputs)
    return name, COLUMNS, _columns(request[COLUMNS], signature.inputs)


def write_predict_response(outputs, form):
    """Arrays by name of the output -> response body."""
    if form == COLUMNS:
        columns = {name: _listed(name, array) for name, array in outputs.items()}
        answer = {"outputs": next(iter(columns.values())) if len(columns) == 1 else columns}
    else:
        answer = {"predictions": _predictions(outputs)}
    return json.dumps(answer, indent=4)


def _parse(body):
    if not body.strip():
        raise invalid("JSON Parse error: The document is empty")
    try:
        request = json.loads(body)
    except json.JSONDecodeError as error:
        raise invalid(f"JSON Parse error: Invalid value. at offset: {error.pos}") from error
    except UnicodeDecodeError as error:
        raise invalid("JSON Parse error: Invalid encoding in string.") from error
    if not isinstance(request, dict):
        raise invalid("Request body is not a JSON object")
    return request


def _rows(instances, inputs):
    if not isinstance(instances, list):
        raise invalid("Expecting 'instances' value to be an array")
    if not instances:
        raise invalid("'instances' is an empty array")
    columns = {name: [] for name in inputs}
    for index, instance in enumerate(instances):
        for name, value in _named(instance, inputs, f"Failed to process element: {index} of 'instances' list.").items():
            columns[name].append(value)
    return {name: _array(name, values, inputs[name]) for name, values in columns.items()}


def _columns(given, inputs):
    values = _named(given, inputs, "Failed to process 'inputs'.")
    return {name: _array(name, value, inputs[name]) for name, value in values.items()}


def _named(value, inputs, where):
    """One value for each input; the name may be left out when there is but one."""
    if isinstance(value, dict) and not _is_bytes(value):
        if set(value) != set(inputs):
            raise invalid(f"{where} Error: keys {sorted(value)} are not the inputs {sorted(inputs)}")
        return value
    if len(inputs) != 1:
        raise invalid(f"{where} Error: expecting an object, as there are several inputs: {sorted(inputs)}")
    return {next(iter(inputs)): value}


def _is_bytes(value):
    return isinstance(value, dict) and list(value) == ["b64"]


def _array(name, values, info):
    dtype = tf.dtypes.as_dtype(info.dtype)
    flat = []
    shape = _flatten(values, dtype, flat)
    try:
        if dtype == tf.string:
            array = np.empty(len(flat), dtype=object)
            array[:] = flat
        else:
            array = np.array(flat, dtype=dtype.as_numpy_dtype)
    except OverflowError as error:
        raise invalid(f"JSON Value of {name} is out of range for {dtype.name}") from error
    return array.reshape(shape)


def _flatten(value, dtype, flat):
    """Appends the leaves and gives the shape; every list of a level must have the same one."""
    if not isinstance(value, list):
        flat.append(_leaf(value, dtype))
        return ()
    shapes = {_flatten(item, dtype, flat) for item in value}
    if len(shapes) > 1:
        raise invalid("Encountered list at unexpected size: the sizes of nested lists differ")
    return (len(value), *(shapes.pop() if shapes else ()))


def _leaf(value, dtype):
    if dtype == tf.string:
        if _is_bytes(value):
            try:
                return base64.b64decode(value["b64"], validate=True)
            except (binascii.Error, TypeError, ValueError) as error:
                raise invalid("Unable to base64 decode") from error
        if isinstance(value, str):
            return value.encode()
    elif dtype == tf.bool:
        if isinstance(value, bool):
            return value
    elif isinstance(value, int) and not isinstance(value, bool):
        return value
    elif isinstance(value, float) and dtype.is_floating:
        return value
    raise invalid(f"JSON Value: {json.dumps(value)[:80]} Type: {_kind(value)} is not of expected type: {dtype.name}")


def _kind(value):
    names = {dict: "Object", str: "String", bool: "Boolean", int: "Number", float: "Number"}
    return names.get(type(value), "Null")


def _listed(name, array):
    array = np.asarray(array)
    if array.dtype != object:
        return array.tolist()
    as_bytes = name.endswith("_bytes")
    written = lambda item: {"b64": base64.b64encode(item).decode()} if as_bytes else item.decode(errors="replace")
    return np.vectorize(written, otypes=[object])(array).tolist() if array.size else array.tolist()


def _predictions(outputs):
    lists = {}
    for name, array in outputs.items():
        if np.ndim(array) == 0:
            raise invalid(f"Tensor name: {name} has no batch dimension")
        lists[name] = _listed(name, array)
    sizes = {len(rows) for rows in lists.values()}
    if len(sizes) != 1:
        raise invalid(f"Tensors have inconsistent batch sizes: {sorted(sizes)}")
    if len(lists) == 1:
        return next(iter(lists.values()))
    return [dict(zip(lists, row)) for row in zip(*lists.values())]
