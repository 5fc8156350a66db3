"""What changes while training goes on: learning rate, picture size, and the running average of the weights."""

import copy
import math
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Schedule:
    """Two cosines: a long one on growing pictures, left before its end, then a short one on full-sized pictures.

    Epochs count from 0. The last epochs of the long cosine, at next to no learning rate, bring little; a second start
    from there ends in other weights as good, and the mean of both is better (Izmailov et al. 2018).
    """

    epochs: int
    peak: float
    first_size: int
    restart_after: int
    restart_epochs: int
    restart_peak: float

    def ends_first(self, epoch: int) -> bool:
        """Whether the second cosine begins after this epoch."""
        return self.restart_epochs > 0 and epoch + 1 == self.restart_after

    @property
    def total(self) -> int:
        return self.restart_after + self.restart_epochs if self.restart_epochs > 0 else self.epochs

    def learning_rate(self, step: int, steps: int) -> float:
        """Of a step counted from 0, `steps` of them an epoch: linear to the peak, then half a cosine to 0."""
        first = self.restart_after * steps
        if self._has_restarted(step // steps):
            return _cosine(step - first, self.restart_epochs * steps, self.restart_peak)
        return _cosine(step, self.epochs * steps, self.peak)

    def picture_size(self, epoch: int, last: int = 32) -> int:
        """Side in pixels: `first_size` at the start, `last` from 70 % of the long cosine on, steps of 4 between.

        Small pictures cost a fraction of the arithmetic and teach the coarse things first (progressive resizing).
        """
        growth = min(1.0, epoch / max(1, round(self.epochs * 0.7)))
        return last if self._has_restarted(epoch) else min(
            last, self.first_size + int(growth * (last - self.first_size) / 4) * 4
        )

    def is_late(self, epoch: int) -> bool:
        """Whether an epoch belongs to the last third of its cosine, in which views are milder."""
        if self._has_restarted(epoch):
            return 3 * (epoch - self.restart_after) >= 2 * self.restart_epochs
        return 3 * epoch >= 2 * self.epochs

    def _has_restarted(self, epoch: int) -> bool:
        return self.restart_epochs > 0 and epoch >= self.restart_after


def _cosine(step: int, steps: int, peak: float, warm_up_share: float = 0.1) -> float:
    warm_up = max(1, round(steps * warm_up_share))
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))


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


@torch.no_grad()
def mean_network(network: nn.Module, first: dict[str, torch.Tensor], batches: list[torch.Tensor]) -> nn.Module:
    """The mean of a network's weights and those of another end of training.

    Statistics of the batch normalisations do not average; they are taken anew from `batches`, normalised pictures.
    """
    mean = copy.deepcopy(network)
    for name, value in mean.state_dict().items():
        if value.dtype.is_floating_point:
            value.lerp_(first[name].to(value.device), 0.5)
    for module in mean.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    mean.train()
    for batch in batches:
        mean(batch)
    return mean.eval()
