"""Writes what is compared: one IterNet, an input of each size, what Keras makes of it, and a LiteRT model of each size.

    python export.py FOLDER [--kernels 32] [--iterations 3] [--sizes 128 592 960]

Runs under TensorFlow 2.15 (requirements-keras.txt). The weights are He-normal numbers of a fixed seed: the time of a
network does not depend on them, and its differences are those of a network with activations of order one.
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
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)

    model = iternet(arguments.kernels, arguments.iterations)
    initialise(model, seed=1)
    model.save_weights(os.path.join(arguments.folder, "model.hdf5"))
    for size in arguments.sizes:
        image = np.random.default_rng(size).random((1, size, size, 3), dtype=np.float32)
        np.save(os.path.join(arguments.folder, "input-%d.npy" % size), image)
        output = dict(zip(head_names(arguments.iterations), model.predict(image, verbose=0)))["final_out"]
        np.save(os.path.join(arguments.folder, "keras-%d.npy" % size), output)
        write_lite(model, size, os.path.join(arguments.folder, "model-%d.tflite" % size))


def write_lite(model, size, path):
    """The final output alone, since that is what is timed everywhere."""
    fixed = tf.keras.Input((size, size, 3), batch_size=1)
    final = tf.keras.Model(fixed, model(fixed)[-1])
    with open(path, "wb") as file:
        file.write(tf.lite.TFLiteConverter.from_keras_model(final).convert())


if __name__ == "__main__":
    main()
