"""Measures a network on pictures it never trained on, exactly as the served model sees them."""

import torch
from torch import nn

from pictures import CLASSES, normalise


@torch.no_grad()
def predict(network: nn.Module, pictures: torch.Tensor, batch: int = 500) -> torch.Tensor:
    """Probabilities [N, 10] in float32 for uint8 pictures [N, 3, 32, 32]: one view each, no augmentation."""
    network.eval()
    device = next(network.parameters()).device
    parts = []
    for start in range(0, len(pictures), batch):
        views = normalise(pictures[start : start + batch].to(device))
        views = views.contiguous(memory_format=torch.channels_last)
        parts.append(network(views).float().softmax(dim=1).cpu())
    return torch.cat(parts)


def accuracy(network: nn.Module, pictures: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of pictures whose most probable class is the right one."""
    return float((predict(network, pictures).argmax(dim=1) == labels.cpu()).double().mean())


def accuracy_by_class(probabilities: torch.Tensor, labels: torch.Tensor) -> dict[str, float]:
    right = probabilities.argmax(dim=1) == labels
    return {name: float(right[labels == index].double().mean()) for index, name in enumerate(CLASSES)}
