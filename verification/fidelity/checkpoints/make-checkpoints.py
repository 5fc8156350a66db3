"""Writes small checkpoints with PyTorch itself, and what PyTorch reads back from each, for real-checkpoints.test.ts.

Usage: python3 make-checkpoints.py (needs PyTorch, such as Debian's python3-torch 1.13; rewrites the files beside this one)
"""

import json
import struct
from collections import OrderedDict
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent


def numbers(*shape):
    """Distinct values that every float type holds exactly."""
    count = 1
    for size in shape:
        count *= size
    return (torch.arange(count, dtype=torch.float32) - 3).div(4).reshape(shape)


def network():
    """The state dictionary of a real module, with its `_metadata` attribute."""
    torch.manual_seed(4)
    return torch.nn.Sequential(
        OrderedDict(
            conv1=torch.nn.Conv2d(3, 4, 3, bias=False),
            bn1=torch.nn.BatchNorm2d(4),
            fc=torch.nn.Linear(4, 2),
        )
    )


def datatypes():
    return OrderedDict(
        float32=numbers(2, 3),
        float64=numbers(2, 3).double(),
        float16=torch.tensor([0.0, -0.0, 1.5, -65504.0, 2.0**-24, 6.103515625e-05, float("inf"), float("-inf")]).half(),
        bfloat16=torch.tensor([0.0, 1.0, -2.5, 3.3895313892515355e38, 9.183549615799121e-41]).bfloat16(),
        int64=torch.tensor([-(2**63), -1, 0, 2**53 + 1, 2**63 - 1]),
        int32=torch.tensor([-(2**31), 2**31 - 1], dtype=torch.int32),
        int16=torch.tensor([-32768, 32767], dtype=torch.int16),
        int8=torch.tensor([-128, 127], dtype=torch.int8),
        uint8=torch.tensor([0, 255], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        scalar=torch.tensor(7),
        empty=torch.empty(0, 3),
    )


def views():
    base = numbers(4, 6)
    wide = torch.arange(6).reshape(2, 3)
    return OrderedDict(
        whole=base,
        transposed=base.t(),
        columns=base[:, 1::2],
        rows=base[2:],
        permuted=numbers(2, 3, 4).permute(2, 0, 1),
        channels_last=numbers(2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
        wide_transposed=wide.t(),
        half_columns=numbers(3, 4).half()[:, ::3],
        byte_columns=torch.arange(12, dtype=torch.uint8).reshape(3, 4)[:, 1:3],
        expanded=torch.tensor([[1.0], [2.0], [9.0], [8.0], [7.0], [6.0]])[:2].expand(2, 3),
        tied=base,
    )


def training():
    """As training scripts save: a wrapper, DataParallel's prefix, the optimiser's state, facts."""
    model = torch.nn.DataParallel(network())
    optimizer = torch.optim.Adam(model.parameters())
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return {
        "epoch": 12,
        "arch": "tiny",
        "best_acc1": torch.tensor(71.5),
        "state_dict": model.state_dict(),
        "optimizer": optimizer.state_dict(),
    }


def parameters():
    return {name: value for name, value in network().named_parameters()}


def plain(tensor):
    """Floats as the bytes of float32, because that is what the reader hands on; integers as text."""
    values = tensor.detach().contiguous().flatten()
    if values.dtype.is_floating_point:
        return {"float32": struct.pack(f"<{len(values)}f", *values.float().tolist()).hex()}
    return {str(values.dtype).removeprefix("torch."): [str(int(value)) for value in values.tolist()]}


def expected(loaded):
    state = loaded.get("state_dict", loaded)
    return {
        name.removeprefix("module."): {"shape": list(tensor.shape), **plain(tensor)}
        for name, tensor in state.items()
    }


def safetensors(tensors):
    """The format by its published description: length, JSON header, bytes."""
    names = {
        torch.float32: "F32",
        torch.float64: "F64",
        torch.float16: "F16",
        torch.bfloat16: "BF16",
        torch.int64: "I64",
        torch.int32: "I32",
        torch.int16: "I16",
        torch.int8: "I8",
        torch.uint8: "U8",
        torch.bool: "BOOL",
    }
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        content = tensor.contiguous()
        raw = content.view(torch.int16) if tensor.dtype == torch.bfloat16 else content
        data = raw.numpy().tobytes()
        header[name] = {
            "dtype": names[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def main():
    answers = {}
    for name, content in {
        "datatypes": datatypes(),
        "views": views(),
        "training": training(),
        "parameters": parameters(),
    }.items():
        for form, is_zip in (("zip", True), ("old", False)):
            file = HERE / f"{name}-{form}.pth"
            torch.save(content, file, _use_new_zipfile_serialization=is_zip)
            answers[file.name] = expected(torch.load(file))
    for protocol in (1, 4, 5):
        file = HERE / f"protocol-{protocol}.pth"
        torch.save(network().state_dict(), file, pickle_protocol=protocol)
        answers[file.name] = expected(torch.load(file))
    file = HERE / "datatypes.safetensors"
    file.write_bytes(safetensors(datatypes()))
    answers[file.name] = expected(datatypes())
    (HERE / "torch-answers.json").write_text(
        json.dumps({"torch": torch.__version__, "checkpoints": answers}, indent=1) + "\n"
    )


if __name__ == "__main__":
    main()
