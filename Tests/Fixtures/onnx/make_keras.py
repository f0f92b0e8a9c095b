"""Writes networks/keras_iternet: the Keras IterNet of models/iternet.py, exported by tf2onnx.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements-keras.txt && .venv/bin/python make_keras.py
"""

import os
import sys

import numpy as np
import tensorflow as tf
import tf2onnx

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "models"))

from iternet import iternet  # noqa: E402

from fixtures import save  # noqa: E402


def main():
    tf.keras.utils.set_random_seed(11)
    model = iternet(kernels=2, iterations=1, initializer="he_normal", rename=False)
    random = np.random.default_rng(11)
    model.set_weights([w + 0.05 * random.standard_normal(w.shape).astype(np.float32) for w in model.get_weights()])
    signature = [tf.TensorSpec((None, None, None, 3), tf.float32, name="image")]
    exported, _ = tf2onnx.convert.from_keras(model, input_signature=signature, opset=17)
    image = random.random((1, 32, 48, 3), np.float32)
    save(os.path.join(HERE, "networks", "keras_iternet"), exported.SerializeToString(), {"image": image})
    # Channels first at the border, as it is often asked for.
    exported, _ = tf2onnx.convert.from_keras(
        model, input_signature=signature, opset=13, inputs_as_nchw=["image"], outputs_as_nchw=[model.outputs[0].name.split("/")[0]])
    save(os.path.join(HERE, "networks", "keras_iternet_nchw"), exported.SerializeToString(),
         {"image": np.ascontiguousarray(image.transpose(0, 3, 1, 2))})


if __name__ == "__main__":
    main()
