#!/usr/bin/env python3
"""Record what TensorFlow's own code makes of messages, schemas and numbers, for the tests of gateway/wire.

usage: record-tensor-protos.py   (writes recorded-*.json beside itself; format them afterwards: npm run format)
needs: pip install tensorflow-cpu tensorflow-serving-api
"""

import json
import os
import pathlib

# The package's generated code is older than the protobuf runtime that TensorFlow brings, and needs this reader.
os.environ.setdefault("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python")

import numpy as np
import tensorflow as tf
from google.protobuf import descriptor_pb2, text_format
from tensorflow_serving.apis import (
    classification_pb2,
    get_model_metadata_pb2,
    get_model_status_pb2,
    inference_pb2,
    model_management_pb2,
    model_service_pb2,
    predict_pb2,
    prediction_service_pb2,
    regression_pb2,
)
from tensorflow_serving.config import model_server_config_pb2

here = pathlib.Path(__file__).resolve().parent
protos = here.parents[3] / "gateway" / "wire" / "protos"

NUMERIC = {
    "bool": [True, False, True],
    "uint8": [0, 1, 255],
    "int8": [-128, 0, 127],
    "uint16": [0, 1, 65535],
    "int16": [-32768, 0, 32767],
    "uint32": [0, 1, 2**32 - 1],
    "int32": [-(2**31), 0, 2**31 - 1],
    "uint64": [0, 1, 2**64 - 1],
    "int64": [-(2**63), 0, 2**63 - 1],
    "float16": [0.5, -65504.0, 6e-8],
    "bfloat16": [0.5, -3.38e38, 1e-40],
    "float32": [0.1, -3.4e38, 1e-45],
    "float64": [0.1, -1.7e308, 5e-324],
}


def text(message):
    return message.SerializeToString(deterministic=True).hex()


def tensors():
    """Every datatype, in the typed field and in tensor_content; `raw` is the memory of the elements."""
    for name, values in NUMERIC.items():
        array = np.array(values, dtype=tf.as_dtype(name).as_numpy_dtype).reshape(3, 1)
        typed = tf.compat.v1.make_tensor_proto(array)
        content = type(typed)()
        content.dtype = typed.dtype
        content.tensor_shape.CopyFrom(typed.tensor_shape)
        content.tensor_content = array.tobytes()
        values_form = type(typed)()
        values_form.dtype = typed.dtype
        values_form.tensor_shape.CopyFrom(typed.tensor_shape)
        fill(values_form, array)
        assert np.array_equal(tf.make_ndarray(values_form), array)
        assert np.array_equal(tf.make_ndarray(content), array)
        yield {
            "datatype": name,
            "shape": list(array.shape),
            "raw": array.tobytes().hex(),
            "content": text(content),
            "values": text(values_form),
            "repeated": text(repeated(array)),
        }


def fill(proto, array):
    flat = array.ravel()
    if array.dtype in (np.float16, tf.bfloat16.as_numpy_dtype):
        proto.half_val.extend(int(bits) for bits in flat.view(np.uint16))
    elif array.dtype == np.float32:
        proto.float_val.extend(float(value) for value in flat)
    elif array.dtype == np.float64:
        proto.double_val.extend(float(value) for value in flat)
    elif array.dtype == np.int64:
        proto.int64_val.extend(int(value) for value in flat)
    elif array.dtype == np.uint32:
        proto.uint32_val.extend(int(value) for value in flat)
    elif array.dtype == np.uint64:
        proto.uint64_val.extend(int(value) for value in flat)
    elif array.dtype == np.bool_:
        proto.bool_val.extend(bool(value) for value in flat)
    else:
        proto.int_val.extend(int(value) for value in flat)


def repeated(array):
    """The first element alone, for a shape of four: TensorFlow repeats it."""
    proto = tf.compat.v1.make_tensor_proto(array[:1, 0])
    one = type(proto)()
    one.dtype = proto.dtype
    one.tensor_shape.dim.add(size=4)
    fill(one, array[:1, 0])
    assert np.array_equal(tf.make_ndarray(one), np.repeat(array[:1, 0], 4))
    return one


def string_tensor():
    return tf.compat.v1.make_tensor_proto([b"\xff\xd8\xff", "zwölf".encode()])


def string_content():
    """Strings in tensor_content, as TensorFlow's C++ writes them: all lengths, then all bytes."""
    proto = type(string_tensor())()
    proto.dtype = 7
    proto.tensor_shape.dim.add(size=3)
    proto.tensor_content = bytes([3, 0, 130, 1]) + b"abc" + b"x" * 130
    parsed = tf.io.parse_tensor(proto.SerializeToString(), tf.string).numpy()
    assert [len(value) for value in parsed] == [3, 0, 130]
    return proto


def example(seed):
    return tf.train.Example(
        features=tf.train.Features(
            feature={
                "image/encoded": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"\xff\xd8", b""])),
                "weights": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5 + seed, -2.0])),
                "ids": tf.train.Feature(int64_list=tf.train.Int64List(value=[-(2**63), seed])),
            }
        )
    )


def requests():
    predict = predict_pb2.PredictRequest()
    predict.model_spec.name = "resnet"
    predict.model_spec.version.value = 7
    predict.model_spec.signature_name = "serving_default"
    predict.inputs["image_bytes"].CopyFrom(string_tensor())
    predict.output_filter.append("probabilities")
    answer = predict_pb2.PredictResponse()
    answer.model_spec.name = "resnet"
    answer.outputs["classes"].CopyFrom(tf.compat.v1.make_tensor_proto(np.array([286], dtype=np.int64)))
    status = get_model_status_pb2.GetModelStatusResponse()
    for version, state in ((2, 30), (1, 50)):
        entry = status.model_version_status.add(version=version, state=state)
        if state == 50:
            entry.status.error_code = 3
            entry.status.error_message = "No such graph"
    classify = classification_pb2.ClassificationRequest()
    classify.model_spec.name = "resnet"
    classify.model_spec.version_label = "stable"
    classify.input.example_list_with_context.examples.extend([example(1), example(2)])
    classify.input.example_list_with_context.context.features.feature["where"].bytes_list.value.append(b"here")
    classify.input.example_list_with_context.context.features.feature["ids"].int64_list.value.append(9)
    classes = classification_pb2.ClassificationResponse()
    one = classes.result.classifications.add()
    one.classes.add(label="cat", score=0.75)
    one.classes.add(label="dog", score=0.25)
    regressions = regression_pb2.RegressionResponse()
    regressions.result.regressions.add(value=0.5)
    regressions.result.regressions.add(value=-3.0)
    several = inference_pb2.MultiInferenceRequest()
    several.tasks.add(method_name="tensorflow/serving/classify").model_spec.name = "resnet"
    several.input.example_list.examples.append(example(0))
    return {
        "predictRequest": text(predict),
        "predictResponse": text(answer),
        "modelStatus": text(status),
        "classificationRequest": text(classify),
        "classificationResponse": text(classes),
        "regressionResponse": text(regressions),
        "multiInferenceRequest": text(several),
        "example": text(example(5)),
        "modelMetadata": text(metadata()),
    }


def metadata():
    """The signatures of a picture model as TensorFlow saves it, with the one that initialises it."""
    answer = get_model_metadata_pb2.GetModelMetadataResponse()
    answer.model_spec.name = "resnet"
    answer.model_spec.version.value = 1
    signatures = get_model_metadata_pb2.SignatureDefMap()
    signature = signatures.signature_def["serving_default"]
    signature.method_name = "tensorflow/serving/predict"
    signature.inputs["image_bytes"].name = "input_tensor:0"
    signature.inputs["image_bytes"].dtype = 7
    signature.inputs["image_bytes"].tensor_shape.dim.add(size=-1)
    for name, dtype, sizes in (("classes", 9, [-1]), ("probabilities", 1, [-1, 1001])):
        signature.outputs[name].name = f"{name}_out:0"
        signature.outputs[name].dtype = dtype
        for size in sizes:
            signature.outputs[name].tensor_shape.dim.add(size=size)
    start = signatures.signature_def["__saved_model_init_op"]
    start.outputs["__saved_model_init_op"].name = "NoOp"
    start.outputs["__saved_model_init_op"].tensor_shape.unknown_rank = True
    answer.metadata["signature_def"].Pack(signatures)
    return answer


CONFIG = r"""
# Two models, written in every way the format has.
model_config_list: {
  config {
    name: "resnet", base_path: '/models/' "resnet";
    model_platform: "tensorflow"
    model_version_policy { specific { versions: 1 versions: 0x2A } }  # the stable one and the next
    version_labels { key: "stable" value: 1 }
    version_labels < key: 'canary\x41\'' value: 42 >
    logging_config { sampling_config { sampling_rate: 0.5 } log_collector_config { type: "file" } }
    model_type: TENSORFLOW
  }
  config: [ { name: "b\303\266" base_path: "/models/b" model_version_policy: { all: {} } },
            { name: "c" base_path: "/models/c" model_version_policy { specific { versions: [ 3, 4 ] } } } ]
  config { name: "d" base_path: "/models/d" model_version_policy { latest { num_versions: 2 } } }
  config { base_path: "/models/e" name: "e" }
}
"""


def configuration():
    config = text_format.Parse(CONFIG, model_server_config_pb2.ModelServerConfig())
    request = model_management_pb2.ReloadConfigRequest(config=config)
    return {"text": CONFIG, "written": text_format.MessageToString(config), "request": text(request)}


def numbers():
    """Floats by their bits, with the shortest text that reads back to them."""
    random = np.random.default_rng(5)
    bits = random.integers(0, 2**32, 200, dtype=np.uint32)
    scores = random.random(200, dtype=np.float32)
    special = np.array([0.1, 1 / 3, 1e-45, 3.4028235e38, 16777217, 5e-324, 0.3, 1e10, 1e-7], dtype=np.float32)
    singles = np.concatenate([bits.view(np.float32), scores, special])
    singles = singles[np.isfinite(singles)]
    wide = np.concatenate([random.normal(0, 1, 60), 2.0 ** random.uniform(-28, 18, 200)])
    ties = np.array([2049.0, 2051.0, 65519.9, 65520.0, 2**-25, 2**-25 * 1.5, -(2**-24), 6.1e-5, 0.0, -0.0, 1e6])
    doubles = np.concatenate([wide, ties])
    with np.errstate(over="ignore"):
        halves = doubles.astype(np.float16)
    # Two floats halfway between two neighbours each, and the largest that does not become infinity.
    halfway = np.array([0x3F808000, 0x3F818000, 0x7F7F7FFF, 0x7F7F8000, 0x00008000, 0x80018000], dtype=np.uint32)
    exact = np.concatenate([singles, halfway.view(np.float32)])
    brain = exact.astype(tf.bfloat16.as_numpy_dtype)
    return {
        "float32": [[int(value.view(np.uint32)), str(value)] for value in singles],
        "float16": [[repr(float(d)), int(h.view(np.uint16))] for d, h in zip(doubles, halves)],
        "bfloat16": [[repr(float(d)), int(h.view(np.uint16))] for d, h in zip(exact, brain)],
    }


def schema():
    """Every message and enumeration of the files that gateway/wire/protos has too: fields by number."""
    files, found, enums, services, seen = {}, {}, {}, {}, set()

    def message(prefix, proto):
        name = f"{prefix}.{proto.name}"
        found[name] = [
            [field.number, field.name, field.Label.Name(field.label), field.Type.Name(field.type), field.type_name]
            for field in sorted(proto.field, key=lambda field: field.number)
        ]
        for nested in proto.nested_type:
            message(name, nested)
        for nested in proto.enum_type:
            enums[f"{name}.{nested.name}"] = {value.name: value.number for value in nested.value}

    def walk(file):
        if file.name in seen:
            return
        seen.add(file.name)
        for imported in file.dependencies:
            walk(imported)
        proto = descriptor_pb2.FileDescriptorProto()
        file.CopyToProto(proto)
        if not (protos / file.name).exists():
            return
        files[file.name] = sorted(proto.dependency)
        for one in proto.message_type:
            # Of the graph's own file only the signatures are ours.
            if not file.name.endswith("meta_graph.proto") or one.name in ("TensorInfo", "SignatureDef"):
                message(proto.package, one)
        for one in proto.enum_type:
            enums[f"{proto.package}.{one.name}"] = {value.name: value.number for value in one.value}
        for service in proto.service:
            services[f"{proto.package}.{service.name}"] = {
                method.name: [method.input_type, method.output_type] for method in service.method
            }

    walk(prediction_service_pb2.DESCRIPTOR)
    walk(model_service_pb2.DESCRIPTOR)
    return {"files": files, "messages": found, "enums": enums, "services": services}


def write(name, value):
    (here / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


write(
    "recorded-messages.json",
    {
        "tensorflow": tf.__version__,
        "tensors": list(tensors()),
        "strings": {"values": text(string_tensor()), "content": text(string_content())},
        "messages": requests(),
        "configuration": configuration(),
        "numbers": numbers(),
    },
)
write("recorded-schema.json", schema())
