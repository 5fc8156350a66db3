"""What changes while training goes on: learning rate, picture size, and the running average of the weights."""

import copy
import math

import torch
from torch import nn


def learning_rate(step: int, steps: int, peak: float, warm_up_share: float = 0.1) -> float:
    """Linear from near 0 to `peak`, then half a cosine to 0; `step` counts from 0."""
    warm_up = max(1, round(steps * warm_up_share))
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


def picture_size(epoch: int, epochs: int, first: int, last: int = 32) -> int:
    """Side in pixels for an epoch counted from 0: `first` at the start, `last` for the final 40 %, steps of 4 between.

    Small pictures cost a fraction of the arithmetic and teach the coarse things first (progressive resizing).
    """
    growth = min(1.0, epoch / max(1, round(epochs * 0.6)))
    return min(last, first + int(growth * (last - first) / 4) * 4)


def is_late(epoch: int, epochs: int) -> bool:
    """Whether an epoch counted from 0 belongs to the last third, in which views are milder."""
    return 3 * epoch >= 2 * epochs


class WeightAverage:
    """Exponential moving average of parameters and batch-norm statistics; the averaged network is what is kept."""

    def __init__(self, network: nn.Module, decay: float):
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.updates += 1
        # A short memory at first: the average must not drag the random starting weights along.
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        current = network.state_dict()
        for name, average in self.network.state_dict().items():
            if average.dtype.is_floating_point:
                average.lerp_(current[name], 1 - decay)
            else:
                average.copy_(current[name])
