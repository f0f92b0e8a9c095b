"""Writes what is compared: one IterNet, an input of each size, what Keras makes of it, and a LiteRT model of each size.

    python export.py FOLDER [--kernels 32] [--iterations 3] [--sizes 128 592 960] [--lite-sizes 1184 2336x3504]

Runs under TensorFlow 2.15 (requirements-keras.txt). The weights are He-normal numbers of a fixed seed: the time of a
network does not depend on them, and its differences are those of a network with activations of order one. Files that are
there already are left alone; for --lite-sizes there is only a LiteRT model.
"""
import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from iternet import head_names, iternet  # noqa: E402

import shapes  # noqa: E402


def initialise(model, seed):
    """He-normal kernels by their number of inputs, and small biases."""
    random = np.random.default_rng(seed)
    weights = []
    for weight in model.weights:
        shape = tuple(weight.shape)
        if len(shape) == 1:
            weights.append(random.normal(0, 0.02, shape))
            continue
        is_transposed = "transpose" in weight.name
        # Each output pixel of a 2x2 transposed convolution of stride 2 has one input pixel.
        inputs = shape[3] if is_transposed else shape[0] * shape[1] * shape[2]
        weights.append(random.normal(0, np.sqrt(2.0 / inputs), shape))
    model.set_weights([w.astype(np.float32) for w in weights])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--kernels", type=int, default=32)
    parser.add_argument("--iterations", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 592, 960])
    parser.add_argument("--lite-sizes", nargs="+", default=["1184", "2336x3504"])
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)

    model = iternet(arguments.kernels, arguments.iterations)
    initialise(model, seed=1)
    weights = os.path.join(arguments.folder, "model.hdf5")
    if not os.path.exists(weights):
        model.save_weights(weights)
    for size in arguments.sizes:
        predicted = os.path.join(arguments.folder, "keras-%d.npy" % size)
        if not os.path.exists(predicted):
            image = np.random.default_rng(size).random((1, size, size, 3), dtype=np.float32)
            np.save(os.path.join(arguments.folder, "input-%d.npy" % size), image)
            output = dict(zip(head_names(arguments.iterations), model.predict(image, verbose=0)))["final_out"]
            np.save(predicted, output)
    for size in [str(size) for size in arguments.sizes] + arguments.lite_sizes:
        path = os.path.join(arguments.folder, "model-%s.tflite" % size)
        if not os.path.exists(path):
            write_lite(model, shapes.parse(size), path)


def write_lite(model, shape, path):
    """The final output alone, since that is what is timed everywhere."""
    fixed = tf.keras.Input((*shape, 3), batch_size=1)
    final = tf.keras.Model(fixed, model(fixed)[-1])
    with open(path, "wb") as file:
        file.write(tf.lite.TFLiteConverter.from_keras_model(final).convert())


if __name__ == "__main__":
    main()
