"""The command line of train.py and the settings that make a run what it is."""

import argparse
from pathlib import Path

# A checkpoint may be continued only with these unchanged: they decide what the finished weights are.
IDENTITY = (
    "seed", "epochs", "depth", "channels", "batch", "learning_rate", "weight_decay", "label_smoothing",
    "average_decay", "first_size", "mixup", "limit", "restart_after", "restart_epochs", "restart_rate",
)


def read_settings(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="train.py",
        description="Trains a CIFAR ResNet on CIFAR-10 and writes its weights, a log and an accuracy plot.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="archive: train/<class>/*.jpg, test/<class>/*.jpg")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log, plot and weights")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--device", choices=("cuda", "cpu"), default=None, help="default: cuda where there is one")
    parser.add_argument("--threads", type=int, default=None, help="processor threads; default: PyTorch's choice")
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16", help="of the convolutions in training")
    parser.add_argument("--seed", type=int, default=20, help="of every random choice")
    parser.add_argument("--epochs", type=int, default=40, help="length of the first cosine: passes over the 50 000 pictures")
    parser.add_argument("--restart-after", type=int, default=None, help="epochs before the second cosine; default: 37 of 40")
    parser.add_argument("--restart-epochs", type=int, default=12, help="length of the second cosine; 0 for none")
    parser.add_argument("--restart-rate", type=float, default=0.1, help="highest learning rate of the second cosine")
    parser.add_argument("--depth", type=int, default=20, help="layers: 6n + 2")
    parser.add_argument("--channels", type=int, nargs=3, default=[32, 64, 112], help="of the three stages")
    parser.add_argument("--batch", type=int, default=128, help="pictures a step")
    parser.add_argument("--learning-rate", type=float, default=0.15, help="highest, for SGD with Nesterov momentum 0.9")
    parser.add_argument("--weight-decay", type=float, default=5e-4, help="for convolutions and the head's weights")
    parser.add_argument("--label-smoothing", type=float, default=0.1, help="share of the target given to all classes")
    parser.add_argument("--average-decay", type=float, default=0.998, help="of the running average of the weights")
    parser.add_argument("--first-size", type=int, default=24, help="picture side at the start, growing to 32")
    parser.add_argument("--mixup", type=float, default=0.0, help="alpha of mixup, 0 for none; 0.2 suits 200 epochs")
    parser.add_argument("--test-every", type=int, default=4, help="epochs from one measurement to the next")
    parser.add_argument("--limit", type=int, default=None, help="only so many pictures, to try it out")
    settings = parser.parse_args(arguments)
    if min(settings.epochs, settings.test_every) < 1 or settings.batch < 2 or (settings.limit is not None and settings.limit < settings.batch):
        parser.error("--epochs and --test-every must be at least 1, --batch at least 2 and --limit at least --batch")
    if settings.restart_after is None:
        settings.restart_after = max(1, round(settings.epochs * 0.925))
    if settings.restart_epochs < 0 or not 0 < settings.restart_after <= settings.epochs:
        parser.error("--restart-after must lie between 1 and --epochs, and --restart-epochs not below 0")
    if min(settings.channels) < 1 or settings.depth < 8 or (settings.depth - 2) % 6 != 0:
        parser.error("--depth must be 6n + 2 (20, 26, 32, …) and --channels positive")
    if settings.first_size not in (16, 20, 24, 28, 32):
        parser.error("--first-size must be 16, 20, 24, 28 or 32")
    return settings


def identity(settings: argparse.Namespace) -> dict:
    """The settings that a checkpoint must share with the run that continues it."""
    return {name: getattr(settings, name) for name in IDENTITY}
