#!/usr/bin/env python3
"""Export tiny SavedModels that use every operation the compiler knows, with TensorFlow's answers beside them.

usage: make-fixtures.py [--out verification/fidelity/operations/fixtures] [family ...]
needs: pip install tensorflow-cpu pillow
"""
import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import absl.logging

from cases.called import called
from cases.convolution import convolution
from cases.element_wise import element_wise
from cases.graph import graph
from cases.matrix import matrix
from cases.network import network
from cases.picture import picture
from cases.resize import resize
from cases.shape import shape

FAMILIES = (element_wise, convolution, matrix, shape, resize, network, picture, graph, called)


def main():
    absl.logging.set_verbosity(absl.logging.ERROR)
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=os.path.join(here, "fixtures"))
    parser.add_argument("families", nargs="*")
    options = parser.parse_args()
    for make in FAMILIES:
        if options.families and make.__name__ not in options.families:
            continue
        family = make()
        family.write(options.out)
        print(f"{family.name}: {len(family.runs)} runs", flush=True)


if __name__ == "__main__":
    main()
