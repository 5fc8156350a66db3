"""Records what PyTorch answers, for the tests that hold converted checkpoints against it.

Every family is filled with weights that the test can compute again (a hash of the position, so no file of weights is
needed) and asked about two small pictures of hashed numbers. With the real EfficientNet-Lite0 weights it also records the
classes of the ImageNet samples, prepared by Pillow.

    /usr/bin/python3 verification/fidelity/record-torch-answers.py --efficientnet-lite <folder of the package> \
        --lite0-weights efficientnet-lite0-57934424.pth --samples ../shared/data/imagenet-samples

Needs torch and torchvision (Debian: python3-torch, python3-torchvision) and the unpacked PyPI package
efficientnet-lite-pytorch 0.1.0. Runs for about two minutes on one core.
"""

import argparse
import copy
import gzip
import json
import os
import sys

import numpy
import torch
import torchvision
from PIL import Image
from torch import nn

CLASSES = 10
SIDE = 75  # Odd, so that padding on the wrong side shows.
RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch-answers.json.gz")


def hashed(count, seed):
    """`count` numbers in [-1, 1), the same everywhere: 32-bit integer arithmetic and one exact division."""
    state = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + seed * 40503 + 1) & 0xFFFFFFFF
    for shift in (16, 13, 16):
        state = ((state ^ (state >> numpy.uint64(shift))) * 73244475) & 0xFFFFFFFF
    return (state >> numpy.uint64(8)).astype(numpy.float64) / 2**23 - 1


def fill(model, gain, head=1.0):
    """Every normalisation scales by about `gain`, so that neither the pictures nor the biases drown the other; `head`
    multiplies the weights of the last layer."""
    parameters = {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}
    last = [name for name, tensor in parameters.items() if tensor.dim() == 2][-1]
    for seed, (name, tensor) in enumerate(parameters.items()):
        values = hashed(tensor.numel(), seed)
        ending = name.rsplit(".", 1)[-1]
        if tensor.dim() > 1:
            fan = tensor.numel() // tensor.shape[0]
            values = values * (6.0 / fan) ** 0.5 * (head if name == last else 1.0)
        elif ending == "running_var":
            values = 1.0 + 0.5 * values
        elif ending == "weight":
            values = gain + 0.3 * values
        else:
            values = 0.1 * values
        tensor.copy_(torch.from_numpy(values.astype(numpy.float32)).reshape(tensor.shape))
    return [[name, list(tensor.shape)] for name, tensor in parameters.items()]


def pictures(side):
    values = hashed(2 * side * side * 3, 1000).astype(numpy.float32).reshape(2, side, side, 3)
    # The second picture is dimmer and has a gradient, so that it is not the first one's equal.
    values[1] = values[1] * numpy.float32(0.25) + (numpy.arange(side, dtype=numpy.float32) / side)[:, None, None]
    return values


def ask(model, images):
    with torch.no_grad():
        return model(torch.from_numpy(images).permute(0, 3, 1, 2)).numpy()


def exact(model, side):
    """Probabilities for the hashed pictures, computed in float64 so that the record has no rounding of its own."""
    scores = torch.from_numpy(ask(copy.deepcopy(model).double(), pictures(side).astype(numpy.float64)))
    return [[round(float(p), 7) for p in row] for row in torch.softmax(scores, 1)]


def levelled_head(model, gain):
    """The head's factor that spreads the logits by about two, where probabilities show every difference."""
    fill(model, gain)
    return float(f"{2 / float(ask(model, pictures(SIDE)).std()):.3g}")


class CifarBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (self.shortcut(x) if hasattr(self, "shortcut") else x))


class CifarResnet(nn.Module):
    def __init__(self, blocks, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        for stage in range(3):
            inputs, outputs = width * 2 ** max(stage - 1, 0), width * 2**stage
            row = [CifarBlock(inputs if i == 0 else outputs, outputs, 2 if i == 0 and stage > 0 else 1) for i in range(blocks)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*row))
        self.fc = nn.Linear(4 * width, CLASSES)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def families(efficientnet):
    """Name of the architecture, a function that makes it, and whether to run it or only to list its parameters."""
    for depth in (18, 34, 50, 101, 152):
        yield f"resnet{depth}", lambda d=depth: getattr(torchvision.models, f"resnet{d}")(num_classes=CLASSES), depth in (18, 50)
    for name in ("mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large"):
        yield name, lambda n=name: getattr(torchvision.models, n)(num_classes=CLASSES), True
    for number in range(5):
        name = f"efficientnet-lite{number}"
        yield name, lambda n=name: efficientnet.from_name(n, num_classes=CLASSES, image_size=SIDE), number in (0, 3)
    yield "cifar-resnet", lambda: CifarResnet(2, 8), True


def prepared(file):
    """Shorter side 256 (bicubic), 224 from the middle, (x - 127) / 128."""
    picture = Image.open(file).convert("RGB")
    ratio = 256 / min(picture.size)
    picture = picture.resize([round(side * ratio) for side in picture.size], Image.BICUBIC)
    left, top = [(side - 224) // 2 for side in picture.size]
    return (numpy.asarray(picture.crop((left, top, left + 224, top + 224)), numpy.float32) - 127) / 128


def real_lite0(efficientnet, weights, samples):
    model = efficientnet.from_name("efficientnet-lite0")
    model.load_state_dict(torch.load(weights))
    model.eval()
    names = sorted(os.listdir(samples))
    classes = []
    for start in range(0, len(names), 8):
        rows = numpy.stack([prepared(os.path.join(samples, name)) for name in names[start : start + 8]])
        classes += [int(best) for best in ask(model, rows).argmax(1)]
    return {"pictures": names, "classes": classes, "probabilities": exact(model, 224)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--efficientnet-lite", required=True)
    parser.add_argument("--lite0-weights", required=True)
    parser.add_argument("--samples", required=True)
    options = parser.parse_args()
    sys.path.insert(0, options.efficientnet_lite)
    from efficientnet_lite_pytorch import EfficientNet

    torch.set_num_threads(1)
    record = {"torch": torch.__version__, "torchvision": torchvision.__version__, "side": SIDE, "families": {}}
    for name, make, is_run in families(EfficientNet):
        model = make().eval()
        gain = 0.6 if "resnet" in name else 1.0
        head = levelled_head(model, gain) if is_run else 1.0
        entry = {"gain": gain, "head": head, "parameters": fill(model, gain, head)}
        if is_run:
            entry["probabilities"] = exact(model, SIDE)
            print(name, entry["probabilities"])
        record["families"][name] = entry
    record["lite0"] = real_lite0(EfficientNet, options.lite0_weights, options.samples)
    text = json.dumps(record, separators=(",", ":")).encode()
    with open(RECORD, "wb") as file:
        file.write(gzip.compress(text, mtime=0))


main()
