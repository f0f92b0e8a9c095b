"""Writes the models of keras/: one folder for each generation of Keras, written and predicted by the library itself.

    python make_keras_fixtures.py GENERATION

README.md lists the generations with the packages that each needs. Of every model: the file, and the predictions of the library
that wrote it: `predictions.txt` lists the shapes of inputs and outputs in the model's order, `predictions.npy` has all their
elements one after another.
"""
import importlib
import os
import shutil
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = {"keras2.0": "keras", "keras2.0-theano": "keras", "keras2.3": "keras", "tf-keras": "tf_keras", "keras3": "keras",
           "tf1.13": "tensorflow.keras", "tf2.12": "keras", "tf2.13": "keras"}
GENERATION = sys.argv[1]
# Of these models there is an archive, too, where the library writes such.
ARCHIVED = ("activations", "classifier", "nested", "shapes", "unet_up") if GENERATION in ("tf-keras", "keras3") else ()

if "theano" in GENERATION:
    import theano.ifelse  # noqa: F401, Keras takes it for imported
keras = importlib.import_module(MODULES[GENERATION])
L, Model, Sequential = keras.layers, keras.models.Model, keras.models.Sequential
VERSION = tuple(int(part) for part in keras.__version__.split(".")[:2])
FOLDER = os.path.join(HERE, "keras", GENERATION)


def has(name):
    return hasattr(L, name)


# Models. Every layer that ends a branch is an output, so that each is compared by itself.

def unet(up, size, channels, classes, depth=3, k=4):
    """As commonly published: twice convolution, normalisation, ReLU a level."""
    def block(x, filters):
        for _ in range(2):
            x = L.Conv2D(filters, (3, 3), padding="same", use_bias=up == "transposed")(x)
            x = L.BatchNormalization(axis=3)(x)
            x = L.Activation("relu")(x)
        return x

    x = image = L.Input(size + (channels,))
    skips = []
    for level in range(depth):
        if level:
            x = L.MaxPooling2D((2, 2))(x)
        x = block(x, k << level)
        skips.append(x)
    x = L.Dropout(0.5)(x)
    for level in reversed(range(depth - 1)):
        if up == "transposed":
            x = L.Conv2DTranspose(k << level, (2, 2), strides=(2, 2), padding="same")(x)
        else:
            x = L.UpSampling2D(size=(2, 2))(x)
            x = L.Conv2D(k << level, 2, activation="relu", padding="same")(x)
        x = block(L.concatenate([skips[level], x], axis=3), k << level)
    x = L.Conv2D(classes, (1, 1), activation="softmax" if classes > 1 else "sigmoid")(x)
    return Model(image, x)


def convolutions():
    image = L.Input((13, 17, 3))
    x = L.Conv2D(4, (3, 5), activation="tanh", padding="same")(image)
    outs = [L.Conv2D(3, (3, 2), strides=(2, 3), padding="valid")(x),
            L.Conv2D(5, 4, strides=2, padding="same", activation="relu", use_bias=False)(x),
            L.Conv2D(2, 3, dilation_rate=(2, 3), padding="same", activation="elu")(x),
            L.Conv2D(2, 3, dilation_rate=2, padding="valid")(x),
            L.Conv2DTranspose(3, (3, 4), strides=(2, 3), padding="valid", activation="relu")(x),
            L.Conv2DTranspose(2, (1, 1), strides=(2, 2), padding="valid")(x),
            L.Conv2DTranspose(3, 3, strides=2, padding="same", use_bias=False)(x)]
    if GENERATION != "keras2.0-theano":
        outs += [L.Conv2DTranspose(2, 2, strides=3, padding="same")(x),
                 L.SeparableConv2D(3, 3, depth_multiplier=2, padding="same", activation="relu")(x),
                 L.SeparableConv2D(3, 3, strides=2, padding="valid", use_bias=False)(x)]
    if has("DepthwiseConv2D"):
        outs += [L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu")(x),
                 L.DepthwiseConv2D((2, 3), strides=(2, 2), padding="valid", use_bias=False)(x)]
    if VERSION >= (2, 3):
        outs += [L.Conv2DTranspose(2, (3, 4), strides=(2, 3), padding="same", output_padding=(1, 2))(x),
                 L.Conv2DTranspose(2, (4, 3), strides=(3, 2), padding="valid", output_padding=(2, 1))(x)]
    if GENERATION in ("tf-keras", "keras3"):
        outs += [L.Conv2D(6, 3, groups=2, padding="same")(x),
                 L.DepthwiseConv2D(3, dilation_rate=2, padding="same")(x)]
    return Model(image, outs)


ACTIVATIONS = ["linear", "relu", "sigmoid", "hard_sigmoid", "tanh", "softmax", "elu", "selu", "softplus", "softsign"]
ACTIVATIONS += ["exponential"] if VERSION >= (2, 2) else []
ACTIVATIONS += ["swish", "gelu"] if GENERATION in ("tf-keras", "keras3") else []
ACTIVATIONS += ["mish"] if GENERATION in ("tf-keras", "keras3") else []
ACTIVATIONS += ["silu", "relu6", "leaky_relu", "log_softmax", "hard_silu", "celu", "log_sigmoid", "tanh_shrink", "hard_tanh",
                "hard_shrink", "soft_shrink", "squareplus"] if GENERATION == "keras3" else []


def activations():
    image = L.Input((5, 6, 4))
    x = L.Conv2D(4, 1, padding="same")(image)
    outs = [L.Activation(name, name="is_" + name)(x) for name in ACTIVATIONS]
    slope = "negative_slope" if GENERATION == "keras3" else "alpha"
    outs += [L.LeakyReLU(**{slope: 0.25})(x), L.LeakyReLU()(x), L.PReLU()(x), L.PReLU(shared_axes=[1, 2])(x), L.ELU(alpha=0.5)(x)]
    outs += [L.ThresholdedReLU(theta=0.4)(x)] if has("ThresholdedReLU") else []
    if has("Softmax"):
        outs += [L.Softmax(axis=-1)(x), L.Softmax(axis=1)(x)]
    if has("ReLU"):
        outs += [L.ReLU()(x), L.ReLU(max_value=0.5)(x)]
        if VERSION >= (2, 3):
            outs += [L.ReLU(max_value=6.0, negative_slope=0.1, threshold=0.2)(x), L.ReLU(negative_slope=0.5)(x)]
    if GENERATION in ("tf-keras", "keras3"):
        outs += [L.Activation(L.LeakyReLU(0.3))(x), L.Conv2D(2, 1, activation=L.ELU(alpha=0.25))(x)]
    return Model(image, outs)


def shapes():
    image = L.Input((11, 14, 3))
    x = L.Conv2D(4, 1)(image)
    outs = [L.MaxPooling2D((2, 3), strides=(2, 2), padding="same")(x), L.MaxPooling2D(3, strides=1)(x), L.MaxPooling2D()(x),
            L.AveragePooling2D((2, 2), padding="same")(x), L.AveragePooling2D((3, 2), strides=(1, 2))(x),
            L.GlobalAveragePooling2D()(x), L.GlobalMaxPooling2D()(x),
            L.UpSampling2D((3, 2))(x), L.UpSampling2D(2)(x),
            L.ZeroPadding2D(2)(x), L.ZeroPadding2D((1, 3))(x), L.ZeroPadding2D(((1, 2), (0, 3)))(x),
            L.Cropping2D(2)(x), L.Cropping2D((1, 3))(x), L.Cropping2D(((1, 2), (0, 3)))(x),
            L.Reshape((7, 22, -1))(x), L.Reshape((77, 8))(x), L.Permute((2, 3, 1))(x), L.Flatten()(x),
            L.Dense(5, activation="relu")(x), L.Dense(3, use_bias=False)(L.Flatten()(x)),
            L.BatchNormalization(scale=False, epsilon=0.01)(x), L.BatchNormalization(center=False)(x),
            L.BatchNormalization(axis=1)(x)]
    if has("SpatialDropout2D"):
        outs += [L.Flatten()(L.SpatialDropout2D(0.5)(L.GaussianNoise(1.0)(L.GaussianDropout(0.5)(L.Dropout(0.5)(x)))))]
    if VERSION >= (2, 3):
        outs += [L.UpSampling2D((2, 3), interpolation="bilinear")(x)]
    if GENERATION in ("tf-keras", "keras3"):
        norm = L.Normalization(axis=-1)
        norm.adapt(np.random.RandomState(5).normal(2, 3, (4, 11, 14, 3)).astype("float32"))
        outs += [L.GlobalAveragePooling2D(keepdims=True)(x), L.GlobalMaxPooling2D(keepdims=True)(x), L.Rescaling(1 / 127.5, -1)(image),
                 norm(image), L.Normalization(mean=[1.0, 2.0, 3.0], variance=[4.0, 5.0, 6.0])(image),
                 L.Resizing(23, 9)(x), L.Resizing(22, 28, interpolation="nearest")(x), L.Resizing(6, 33, interpolation="nearest")(x),
                 L.LayerNormalization()(x), L.LayerNormalization(axis=[2, 3], scale=False, epsilon=0.01)(x),
                 L.GroupNormalization(groups=2)(x), L.GroupNormalization(groups=-1, center=False)(x),
                 L.Resizing(44, 7, interpolation="bicubic")(x), L.UpSampling2D(2, interpolation="bicubic")(x)]
    return Model(image, outs)


def merges():
    a, b = L.Input((6, 8, 3), name="first"), L.Input((6, 8, 3), name="second")
    x, y = L.Conv2D(4, 3, padding="same")(a), L.Conv2D(4, 3, padding="same")(b)
    z = L.Conv2D(4, 1)(b)
    outs = [L.add([x, y]), L.add([x, y, z]), L.multiply([x, y, z]), L.average([x, y, z]), L.maximum([x, y, z]),
            L.concatenate([x, y]), L.concatenate([x, y, z], axis=1), L.concatenate([x, y], axis=-2)]
    if VERSION >= (2, 1):
        outs += [L.subtract([x, y]), L.minimum([x, y, z])]
    if GENERATION in ("tf-keras", "keras3"):
        outs += [x + y, x * 0.5, 2.0 - x, x / (y * y + 1.0), L.ReLU(6.0)(x + 3.0) * (1.0 / 6.0), L.add([x, L.GlobalMaxPooling2D()(y)])]
    return Model([a, b], outs)


def classifier():
    return Sequential([
        L.Conv2D(4, (3, 3), activation="relu", input_shape=(12, 10, 2)), L.MaxPooling2D(), L.BatchNormalization(), L.Dropout(0.25),
        L.Flatten(), L.Dense(6, activation="relu"), L.Dropout(0.5), L.Dense(3, activation="softmax")])


def nested():
    """A model called three times, a sequential one called once, a convolution called twice."""
    inner_image = L.Input((None, None, 4))
    inner = L.Conv2D(4, 3, padding="same")(inner_image)
    inner = L.BatchNormalization()(inner)
    frozen = L.Conv2D(4, 1, activation="relu")
    frozen.trainable = False
    inner = Model(inner_image, [L.add([frozen(inner), inner_image]), inner], name="block")
    stem = Sequential([L.Conv2D(4, 3, padding="same", input_shape=(None, None, 3)), L.BatchNormalization(), L.Activation("relu")],
                      name="stem")
    image = L.Input((12, 10, 3))
    shared = L.Conv2D(4, 3, padding="same", name="shared")
    x = shared(stem(image))
    x, early = inner(x)
    x, _ = inner(L.MaxPooling2D()(x))
    x, last = inner(shared(L.UpSampling2D()(x)))
    return Model(image, [x, early, last])


def channels_first():
    form = dict(data_format="channels_first")
    x = image = L.Input((3, 12, 16))
    x = L.Conv2D(4, 3, padding="same", **form)(x)
    x = skip = L.Activation("relu")(L.BatchNormalization(axis=1)(x))
    x = L.MaxPooling2D(**form)(x)
    x = L.Conv2D(6, 3, padding="same", activation="relu", **form)(x)
    x = L.UpSampling2D(**form)(x)
    x = L.concatenate([skip, x], axis=1)
    out = L.Conv2D(2, 1, activation="sigmoid", **form)(x)
    flat = L.Dense(3)(L.Flatten()(L.ZeroPadding2D(((0, 1), (1, 0)), **form)(L.MaxPooling2D(4, **form)(x))))
    pooled = L.GlobalAveragePooling2D(**form)(x)
    outs = [out, flat, pooled, L.PReLU(shared_axes=[2, 3])(x), L.Cropping2D((1, 2), **form)(x)]
    if VERSION >= (2, 3):
        outs += [L.Softmax(axis=1)(x)]
    return Model(image, outs)


def input_layer():
    """Keras 2.0 to 2.3 do not write down an InputLayer that a sequential model begins with, nor its shape."""
    return Sequential([
        L.InputLayer((12, 10, 2)), L.Conv2D(4, (3, 3), activation="relu"), L.MaxPooling2D(), L.BatchNormalization(),
        L.GlobalAveragePooling2D(), L.Dense(3, activation="softmax")])


def input_layer_flat():
    """The channels alone do not make an input of it."""
    return Sequential([
        L.InputLayer((12, 10, 2)), L.ZeroPadding2D(), L.Conv2D(4, (3, 3), strides=2), L.LeakyReLU(), L.Flatten(), L.Dense(3)])


def input_layer_nested():
    """Such a model as a layer that is applied twice, and one that is applied once."""
    shared = Sequential([L.InputLayer((12, 10, 3)), L.Conv2D(4, 3, padding="same"), L.BatchNormalization()], name="shared")
    once = Sequential([L.InputLayer((12, 10, 8)), L.Activation("relu"), L.Conv2D(2, 1)], name="once")
    a, b = L.Input((12, 10, 3), name="first"), L.Input((12, 10, 3), name="second")
    return Model([a, b], once(L.concatenate([shared(a), shared(b)])))


def unsupported():
    """Refused, with all that is the matter in one report."""
    x = image = L.Input((16, 16, 3), name="image")
    x = L.Conv2D(4, 3, padding="same", name="first")(x)
    x = L.Lambda(lambda t: t * 2, name="twice")(x)
    y = L.Conv1D(2, 3, name="line")(L.Reshape((256, 4))(x))
    y = L.LSTM(2, name="memory")(y)
    z = L.LocallyConnected2D(2, 3, name="local")(x) if has("LocallyConnected2D") else L.UnitNormalization(name="local")(x)
    return Model(image, [y, z])


MODELS = dict(
    unet_up=(lambda: unet("up", (None, None), 3, 1), [(20, 28, 3)]),
    unet_transposed=(lambda: unet("transposed", (16, 24), 1, 3), None),
    convolutions=(convolutions, None), activations=(activations, None), shapes=(shapes, None), merges=(merges, None),
    classifier=(classifier, None), nested=(nested, None), channels_first=(channels_first, None),
    unsupported=(unsupported, None))
# Behind the others, which keep their seeds.
LATER = dict(
    input_layer=(input_layer, None), input_layer_flat=(input_layer_flat, None), input_layer_nested=(input_layer_nested, None))


# Weights, predictions, files.

def randomise(model, random):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            randomise(layer, random)
            continue
        values = []
        kinds = [w.name.split("/")[-1].split(":")[0] for w in layer.weights]
        for kind, value in zip(kinds, layer.get_weights()):
            if type(layer).__name__ == "Normalization":
                values.append(value)
            elif "variance" in kind or "gamma" in kind:
                values.append(random.uniform(0.5, 1.5, value.shape).astype("float32"))
            elif value.ndim > 1:
                values.append(random.normal(0, 1 / np.sqrt(np.prod(value.shape[:-1])), value.shape).astype("float32"))
            else:
                values.append(random.uniform(-0.3, 0.3, value.shape).astype("float32"))
        layer.set_weights(values)


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def write(name, build, sizes, seed):
    if GENERATION != "keras2.0-theano":
        keras.backend.clear_session()
    model = build()
    random = np.random.RandomState(seed)
    randomise(model, random)
    folder = os.path.join(FOLDER, name)
    os.makedirs(folder)
    model.save(os.path.join(folder, "model.h5"), include_optimizer=False)
    if name in ARCHIVED:
        model.save(os.path.join(folder, "model.keras"))
    if name == "unsupported":
        return
    sizes = sizes or [tuple(int(side) for side in getattr(tensor, "_keras_shape", tensor.shape)[1:]) for tensor in model.inputs]
    save_predictions(model, folder, sizes, 1 if name in ("convolutions", "shapes", "unet_up") else 2, random)


def save_predictions(model, folder, sizes, batch, random):
    inputs = [random.normal(0, 1, (batch,) + size).astype("float32") for size in sizes]
    outputs = as_list(model.predict(inputs if len(inputs) > 1 else inputs[0]))
    with open(os.path.join(folder, "predictions.txt"), "w") as table:
        for kind, values in (("input", inputs), ("output", outputs)):
            for value in values:
                assert np.isfinite(value).all() and value.std() > 1e-3, (folder, value.shape)
                table.write("%s %s\n" % (kind, "x".join(map(str, value.shape))))
    flat = np.concatenate([value.ravel() for value in inputs + outputs]).astype("float32")
    np.save(os.path.join(folder, "predictions.npy"), flat)


def write_iternet():
    """An IterNet (k = 2, N = 2) whose weights lie in `.weights.h5`, and the same model as an archive."""
    sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))
    from iternet import iternet
    keras.backend.clear_session()
    model = iternet(2, 2, rename=False)
    random = np.random.RandomState(99)
    randomise(model, random)
    folder = os.path.join(FOLDER, "iternet")
    os.makedirs(folder)
    model.save_weights(os.path.join(folder, "model.weights.h5"))
    save_predictions(model, folder, [(32, 48, 3)], 1, random)


if __name__ == "__main__":
    if not sys.argv[2:]:
        shutil.rmtree(FOLDER, ignore_errors=True)
    names = ["channels_first", "classifier", "convolutions", "unet_up"] if "theano" in GENERATION else sorted(MODELS)
    names += sorted(LATER) if GENERATION == "keras2.3" else []
    for seed, name in enumerate(names):
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        build, sizes = MODELS.get(name) or LATER[name]
        print(name)
        write(name, build, sizes, seed)
    if GENERATION == "keras3" and not sys.argv[2:]:
        write_iternet()
