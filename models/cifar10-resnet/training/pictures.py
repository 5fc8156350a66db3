"""Reads CIFAR-10 from the archive of JPEG files and keeps the decoded pictures beside the checkpoints."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SIDE = 32
EXPECTED = {"train": 50_000, "test": 10_000}
# Mean and deviation of the 50 000 training pictures per colour channel, of values from 0 to 1.
MEAN = (0.4913, 0.4821, 0.4465)
DEVIATION = (0.2452, 0.2428, 0.2606)


class DatasetError(Exception):
    """The archive is not what training needs; the message says why and what to do."""


def load_dataset(archive: Path, cache_folder: Path) -> dict[str, torch.Tensor]:
    """Gives `train_pictures`, `test_pictures` (uint8 RGB [N, 3, 32, 32]), `train_labels`, `test_labels` (int64 [N]).

    Raises DatasetError when the archive is missing, damaged or incomplete.
    """
    if not archive.is_file():
        raise DatasetError(f"{archive} is not a file; give the CIFAR-10 archive of JPEG files with --data")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:16]
    cache = cache_folder / f"pictures-{digest}.npz"
    if not cache.is_file():
        arrays = _decode(archive)
        unfinished = cache.with_name("unfinished-" + cache.name)
        np.savez(unfinished, **arrays)
        unfinished.replace(cache)
    with np.load(cache) as stored:
        return {name: torch.from_numpy(stored[name]) for name in stored.files}


def _decode(archive: Path) -> dict[str, np.ndarray]:
    found = {part: [] for part in EXPECTED}
    try:
        with tarfile.open(archive, "r:gz") as files:
            for member in files:
                if member.isfile():
                    part, label, name = _place(member.name)
                    content = files.extractfile(member).read()
                    found[part].append((label, name, _pixels(content, member.name)))
    except (tarfile.TarError, EOFError, OSError) as failure:
        raise DatasetError(f"{archive} cannot be read as a .tar.gz archive: {failure}") from failure
    arrays = {}
    for part, count in EXPECTED.items():
        if len(found[part]) != count:
            raise DatasetError(f"{archive} holds {len(found[part])} {part} pictures where {count} are expected")
        # Archives do not promise an order, and the shuffle must start from the same one everywhere.
        found[part].sort(key=lambda entry: entry[:2])
        arrays[f"{part}_pictures"] = np.stack([pixels for _, _, pixels in found[part]])
        arrays[f"{part}_labels"] = np.array([label for label, _, _ in found[part]], dtype=np.int64)
    return arrays


def _place(path: str) -> tuple[str, int, str]:
    pieces = path.removeprefix("./").split("/")
    if len(pieces) != 3 or pieces[0] not in EXPECTED or pieces[1] not in CLASSES:
        raise DatasetError(f"{path} in the archive is not of the form train/<class>/<file> or test/<class>/<file>")
    return pieces[0], CLASSES.index(pieces[1]), pieces[2]


def _pixels(content: bytes, path: str) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        if picture.size != (SIDE, SIDE):
            raise DatasetError(f"{path} in the archive is {picture.size[0]}x{picture.size[1]}, not {SIDE}x{SIDE}")
        return np.asarray(picture.convert("RGB")).transpose(2, 0, 1).copy()


def read_photograph(path: Path) -> torch.Tensor:
    """One picture of any size as uint8 [3, 32, 32]: short side to 32 with antialiasing, then the centre square."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        scale = SIDE / min(picture.size)
        size = tuple(max(SIDE, round(length * scale)) for length in picture.size)
        small = np.asarray(picture.resize(size, Image.BILINEAR))
    top, left = (small.shape[0] - SIDE) // 2, (small.shape[1] - SIDE) // 2
    square = small[top : top + SIDE, left : left + SIDE]
    return torch.from_numpy(square.transpose(2, 0, 1).copy())


def normalise(pictures: torch.Tensor) -> torch.Tensor:
    """uint8 [N, 3, H, W] to float of mean 0 and deviation 1 per channel, as the served model does it."""
    mean = torch.tensor(MEAN, device=pictures.device).view(1, 3, 1, 1)
    deviation = torch.tensor(DEVIATION, device=pictures.device).view(1, 3, 1, 1)
    return (pictures.float() / 255 - mean) / deviation
