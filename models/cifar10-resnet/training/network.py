"""The CIFAR ResNet (He et al. 2015, section 4.2) with basic blocks and 1x1 projection shortcuts."""

from collections.abc import Sequence

import torch
from torch import nn

BATCH_NORM_EPSILON = 1e-5


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around a shortcut; the shortcut projects where the shape changes."""

    def __init__(self, incoming: int, outgoing: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(incoming, outgoing, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outgoing, eps=BATCH_NORM_EPSILON)
        self.conv2 = nn.Conv2d(outgoing, outgoing, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outgoing, eps=BATCH_NORM_EPSILON)
        self.shortcut = nn.Sequential()
        if stride != 1 or incoming != outgoing:
            self.shortcut = nn.Sequential(
                nn.Conv2d(incoming, outgoing, 1, stride=stride, bias=False),
                nn.BatchNorm2d(outgoing, eps=BATCH_NORM_EPSILON),
            )

    def forward(self, pictures):
        inner = torch.relu_(self.bn1(self.conv1(pictures)))
        return torch.relu_(self.bn2(self.conv2(inner)) + self.shortcut(pictures))


class CifarResNet(nn.Module):
    """`depth` = 6n + 2 layers in three stages of n blocks, each stage with its number of channels.

    Takes float [N, 3, H, W], normalised; gives logits [N, classes]. Any H and W from 8 on work, 32 is what it serves.
    """

    def __init__(self, depth: int, channels: Sequence[int], classes: int = 10):
        super().__init__()
        if depth < 8 or (depth - 2) % 6 != 0:
            raise ValueError(f"depth must be 6n + 2 (20, 26, 32, ...), not {depth}")
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, channels[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels[0], eps=BATCH_NORM_EPSILON)
        self.layer1 = self._stage(channels[0], channels[0], blocks, stride=1)
        self.layer2 = self._stage(channels[0], channels[1], blocks, stride=2)
        self.layer3 = self._stage(channels[1], channels[2], blocks, stride=2)
        self.fc = nn.Linear(channels[2], classes)
        self._initialise()

    @staticmethod
    def _stage(incoming: int, outgoing: int, blocks: int, stride: int) -> nn.Sequential:
        first = BasicBlock(incoming, outgoing, stride)
        return nn.Sequential(first, *(BasicBlock(outgoing, outgoing, 1) for _ in range(blocks - 1)))

    def _initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, BasicBlock):
                # Each block starts as its shortcut, which lets the learning rate be high from the first epochs.
                nn.init.zeros_(module.bn2.weight)

    def forward(self, pictures):
        features = torch.relu_(self.bn1(self.conv1(pictures)))
        features = self.layer3(self.layer2(self.layer1(features)))
        return self.fc(features.mean(dim=(2, 3)))


def parameter_count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())
