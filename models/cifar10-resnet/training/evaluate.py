"""Measures finished weights: python evaluate.py --weights cifar10-resnet.pth --data archive | --photographs folder."""

import argparse
import csv
import json
import sys
from pathlib import Path

import torch
from torch import nn

from evaluation import accuracy_by_class, predict
from network import CifarResNet
from pictures import CLASSES, DatasetError, load_dataset, read_photograph

ENDINGS = (".jpg", ".jpeg", ".png")


def load_network(path: Path) -> nn.Module:
    """Builds the network whose depth and channels the weights tell."""
    try:
        tensors = torch.load(path, map_location="cpu")
        blocks = len({name.split(".")[1] for name in tensors if name.startswith("layer1.")})
        channels = [len(tensors[f"layer{stage}.0.conv1.weight"]) for stage in (1, 2, 3)]
        network = CifarResNet(6 * blocks + 2, channels, len(tensors["fc.bias"]))
    except OSError:
        raise
    except Exception as failure:
        raise DatasetError(f"{path} holds no PyTorch weights; give the .pth file that train.py wrote") from failure
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise DatasetError(f"{path} does not fit: missing {missing}, unexpected {unexpected}")
    return network.to(memory_format=torch.channels_last)


def measure_test_set(network: nn.Module, archive: Path, cache: Path) -> dict:
    dataset = load_dataset(archive, cache)
    probabilities = predict(network, dataset["test_pictures"])
    right = probabilities.argmax(dim=1) == dataset["test_labels"]
    return {
        "pictures": len(right),
        "accuracy": float(right.double().mean()),
        "by_class": accuracy_by_class(probabilities, dataset["test_labels"]),
    }


def measure_photographs(network: nn.Module, folder: Path) -> dict:
    """Photographs of any size; the right class comes from photographs.csv by synset or from the file's name."""
    with (Path(__file__).parent / "photographs.csv").open(newline="") as table:
        classes = {row["synset"]: row["class"] for row in csv.DictReader(table)}
    classes.update({name: name for name in CLASSES})
    paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS]
    known = [(path, classes[path.stem.split("_")[0]]) for path in paths if path.stem.split("_")[0] in classes]
    if not known:
        raise DatasetError(f"{folder} holds no picture whose name starts with a class or a synset of photographs.csv")
    probabilities = predict(network, torch.stack([read_photograph(path) for path, _ in known]))
    rows = [
        {"file": path.name, "class": right, "answer": CLASSES[int(row.argmax())], "probability": float(row.max())}
        for (path, right), row in zip(known, probabilities)
    ]
    tally = {name: [row["answer"] == name for row in rows if row["class"] == name] for name in CLASSES}
    return {
        "pictures": len(rows),
        "accuracy": sum(sum(marks) for marks in tally.values()) / len(rows),
        "right_of": {name: [sum(marks), len(marks)] for name, marks in tally.items() if marks},
        "answers": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="evaluate.py", description="Measures weights that train.py has written.")
    parser.add_argument("--weights", type=Path, required=True, help=".pth file")
    parser.add_argument("--data", type=Path, help="archive of CIFAR-10 JPEG files: the test pictures are measured")
    parser.add_argument("--cache", type=Path, default=Path("."), help="folder for the decoded archive")
    parser.add_argument("--photographs", type=Path, help="folder of photographs of any size")
    settings = parser.parse_args()
    network = load_network(settings.weights)
    result = {}
    if settings.data:
        result["test"] = measure_test_set(network, settings.data, settings.cache)
    if settings.photographs:
        result["photographs"] = measure_photographs(network, settings.photographs)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    try:
        main()
    except (DatasetError, OSError) as failure:
        sys.exit(f"evaluate.py: {failure}")
