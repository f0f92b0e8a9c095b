"""Writes random cases with ONNX Runtime's results for onnx-conformance.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python main.py FOLDER KIND...     the kinds are below: resizes, poolings, ...; all without one
    onnx-conformance FOLDER                     what differs
    .venv/bin/python main.py --reference        how onnx.reference's Resize differs from ONNX Runtime's

A case is a model of a few nodes of one operator, each with an output of its own. What ONNX Runtime refuses is left out. The
same command writes the same cases. `make compare-onnxruntime` does all of it.
"""

import os
import sys

import operators
import rearrangements
import resizes
import windows
from cases import Writer

KINDS = {
    "resizes": resizes.resizes, "resize_shapes": resizes.resize_shapes, "poolings": windows.poolings,
    "convolutions": windows.convolutions, "paddings": windows.paddings, "slices": rearrangements.slices,
    "activations": operators.activations, "normalizations": operators.normalizations, "products": operators.products,
    "reductions": operators.reductions, "elementwise": operators.elementwise, "rearrangements": rearrangements.rearrangements,
    "images": rearrangements.images,
}


def main(arguments):
    if arguments == ["--reference"]:
        resizes.compare_reference()
        return
    writer = Writer(arguments[0])
    os.makedirs(arguments[0], exist_ok=True)
    for kind in arguments[1:] or KINDS:
        KINDS[kind](writer)
    writer.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
