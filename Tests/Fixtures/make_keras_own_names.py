"""Writes keras/GENERATION/own_names: a model of functions and layers that are the script's own, under names that Keras has in other
versions, or in this one.

    python make_keras_own_names.py keras2.3|keras3

README.md says which packages that needs; for keras3 KERAS_BACKEND=numpy will do. The model has no weights.
"""
import os
import sys

import keras

GENERATION = sys.argv[1]
IS_KERAS_3 = keras.__version__.startswith("3.")
assert GENERATION == ("keras3" if IS_KERAS_3 else "keras2.3") and (IS_KERAS_3 or keras.__version__ == "2.3.1"), keras.__version__
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", GENERATION, "own_names")
L = keras.layers


class Half(L.Layer):
    def call(self, x):
        return x * 0.5


def half(name, package=None):
    """A layer's class under a name, registered where there is a package."""
    made = type(name, (Half,), {"__module__": "__main__"})
    return keras.saving.register_keras_serializable(package)(made) if package else made


def function(name, package=None):
    """A function under a name: a leaky ReLU of slope 0.05."""
    def made(x):
        return x * 0.5 + abs(x) * 0.475

    made.__name__ = made.__qualname__ = name
    made.__module__ = "__main__"
    return keras.saving.register_keras_serializable(package)(made) if package else made


x = image = L.Input((8, 6, 3))
if IS_KERAS_3:
    # Of a function whose name its module has Keras 3 writes nothing but that name; not so of these, which are second names.
    x = L.Activation(function("swish", "mine"), name="registered")(x)
    x = L.Activation(function("hard_swish"), name="unregistered")(x)
    x = half("Dropout", "mine")(name="registered_class")(x)
    x = half("Rescaling")(name="class")(x)
    x = L.Activation("relu", name="kept")(x)
else:
    x = L.Activation(function("leaky_relu"), name="function")(x)
    x = L.Activation(function("swish"), name="swish")(x)
    for name in ("Resizing", "Rescaling", "Relu", "MaxPool2D"):
        x = half(name)(name=name.lower())(x)
    x = L.Activation("relu", name="kept")(x)
model = keras.models.Model(image, x)
os.makedirs(FOLDER, exist_ok=True)
model.save(os.path.join(FOLDER, "model.h5"))
if IS_KERAS_3:
    model.save(os.path.join(FOLDER, "model.keras"))
