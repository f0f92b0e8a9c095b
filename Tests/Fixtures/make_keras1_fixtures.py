"""Writes the models of Keras 1 in keras/, whose classes and arguments have other names than those of Keras 2.

    python make_keras1_fixtures.py GENERATION

What it writes is laid out as by make_keras_fixtures.py; README.md lists what each generation needs.
"""
import os
import shutil
import sys

import numpy as np

GENERATION = sys.argv[1]
THEANO = "theano" in GENERATION
os.environ["KERAS_BACKEND"] = "theano" if THEANO else "tensorflow"

if THEANO:
    import theano.ifelse  # noqa: E402, F401, Keras takes it for imported
import keras  # noqa: E402
from keras import layers as L  # noqa: E402
from keras.layers import Convolution2D as Conv, Input, merge  # noqa: E402
from keras.models import Model, Sequential  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "keras", GENERATION)
# The order of axes: `th` is channels first, `tf` channels last.
SIDES = {"th": lambda h, w, c: (c, h, w), "tf": lambda h, w, c: (h, w, c)}


def unet(order):
    axis = 1 if order == "th" else 3
    form = dict(border_mode="same", dim_ordering=order)

    def block(x, filters):
        x = Conv(filters, 3, 3, **form)(x)
        x = L.BatchNormalization(axis=axis)(x)
        x = L.Activation("relu")(x)
        return Conv(filters, 3, 3, activation="relu", **form)(x)

    image = Input(SIDES[order](16, 24, 3))
    first = block(image, 4)
    second = block(L.MaxPooling2D(pool_size=(2, 2), dim_ordering=order)(first), 8)
    x = L.Dropout(0.3)(second)
    x = merge([L.UpSampling2D(size=(2, 2), dim_ordering=order)(x), first], mode="concat", concat_axis=axis)
    x = block(x, 4)
    return Model(image, Conv(1, 1, 1, activation="sigmoid", dim_ordering=order)(x))


def layers(order):
    axis = 1 if order == "th" else 3
    form = dict(dim_ordering=order)
    image = Input(SIDES[order](11, 14, 3))
    x = Conv(4, 3, 5, activation="tanh", border_mode="same", **form)(image)
    y = Conv(4, 3, 5, border_mode="same", bias=False, **form)(image)
    outs = [Conv(3, 3, 2, subsample=(2, 3), **form)(x), Conv(2, 2, 2, border_mode="same", **form)(x),
            L.AtrousConvolution2D(2, 3, 3, atrous_rate=(2, 2), **form)(x),
            L.AveragePooling2D((2, 3), strides=(1, 2), **form)(x), L.MaxPooling2D((3, 2), **form)(x),
            L.ZeroPadding2D((1, 2), **form)(x), L.ZeroPadding2D((1, 0, 2, 3), **form)(x),
            L.Cropping2D(((1, 2), (0, 3)), **form)(x), L.GlobalAveragePooling2D(**form)(x), L.GlobalMaxPooling2D(**form)(x),
            merge([x, y], mode="sum"), merge([x, y], mode="mul"), merge([x, y], mode="ave"), merge([x, y], mode="max"),
            L.LeakyReLU(0.2)(x), L.ELU(0.5)(x), L.ThresholdedReLU(0.1)(x), L.PReLU()(x), L.PReLU(shared_axes=[1, 2])(x),
            L.Activation("hard_sigmoid")(x), L.Activation("softplus")(x), L.Activation("softsign")(x),
            L.Permute((2, 3, 1))(x), L.Reshape((28, 22))(x), L.Dense(3, bias=False)(L.Flatten()(x)),
            L.SpatialDropout2D(0.5, **form)(L.GaussianNoise(0.5)(L.GaussianDropout(0.2)(x)))]
    rows, columns = 23, 29
    shape = (None, 3, rows, columns) if order == "th" else (None, rows, columns, 3)
    # TensorFlow wants the batch to be known.
    shape = shape if THEANO else (1,) + shape[1:]
    outs += [L.Deconvolution2D(3, 3, 3, output_shape=shape, subsample=(2, 2), border_mode="valid", **form)(x)]
    if not THEANO:
        shape = (1, 22, 28, 2) if order == "tf" else (1, 2, 22, 28)
        outs += [L.Deconvolution2D(2, 3, 3, output_shape=shape, subsample=(2, 2), border_mode="same", **form)(x)]
        if order == "tf":
            outs += [L.SeparableConvolution2D(3, 3, 3, depth_multiplier=2, border_mode="same", **form)(x)]
    return Model(image, outs)


def classifier(order):
    inner = Sequential([Conv(4, 3, 3, input_shape=SIDES[order](5, 4, 4), border_mode="same", dim_ordering=order),
                        L.BatchNormalization(axis=1 if order == "th" else 3), L.Activation("relu")])
    return Sequential([Conv(4, 3, 3, input_shape=SIDES[order](12, 10, 2), dim_ordering=order, activation="relu"),
                       L.MaxPooling2D(dim_ordering=order), inner, L.Flatten(), L.Dense(6, activation="relu"), L.Dropout(0.5),
                       L.Dense(3, activation="softmax")])


def randomise(model, random):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer, random)
            continue
        values = []
        for weight, value in zip(layer.weights, layer.get_weights()):
            if "gamma" in weight.name or "running_std" in weight.name:
                values.append(random.uniform(0.5, 1.5, value.shape).astype("float32"))
            elif value.ndim > 1:
                values.append(random.normal(0, 0.2, value.shape).astype("float32"))
            else:
                values.append(random.uniform(-0.3, 0.3, value.shape).astype("float32"))
        layer.set_weights(values)


def write(name, model, seed, apart=False):
    """`apart`: the weights beside their architecture."""
    random = np.random.RandomState(seed)
    randomise(model, random)
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    # Keras 1 has no other way to leave the optimizer's state out than not to compile the model.
    if apart:
        model.save_weights(os.path.join(folder, "model.h5"))
        with open(os.path.join(folder, "architecture.json"), "w") as file:
            file.write(model.to_json())
    else:
        model.save(os.path.join(folder, "model.h5"))
    image = random.normal(0, 1, (1,) + tuple(model.layers[0].batch_input_shape[1:])).astype("float32")
    outputs = model.predict(image)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    with open(os.path.join(folder, "predictions.txt"), "w") as table:
        for kind, value in [("input", image)] + [("output", value) for value in outputs]:
            assert np.isfinite(value).all() and value.std() > 1e-3, (name, value.shape)
            table.write("%s %s\n" % (kind, "x".join(map(str, value.shape))))
    np.save(os.path.join(folder, "predictions.npy"),
            np.concatenate([value.ravel() for value in [image] + outputs]).astype("float32"))


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    for seed, (build, order) in enumerate(((unet, "th"), (unet, "tf"), (layers, "th"), (layers, "tf"), (classifier, "th"))):
        print(build.__name__, order)
        write("%s_%s" % (build.__name__, order), build(order), seed)
    write("weights", classifier("th"), 5, apart=True)
