"""Writes the IterNet files of this folder: good ones under iternet/, bad ones under bad/.

    python make_iternet_fixtures.py

Needs Python 3.7 with the packages of requirements.txt beside this file (Keras 2.3.1, TensorFlow 1.15):
the point of the files is that the Keras of the authors' time wrote them. README.md lists every file.
"""
import os
import shutil
import sys

import h5py
import keras
import keras.backend as K
import numpy as np
from keras.engine import saving

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))
from iternet import head_names, iternet  # noqa: E402

GOOD = os.path.join(HERE, "iternet")
BAD = os.path.join(HERE, "bad")
SIZES = ((48, 80), (64, 64))


def build(k, n, channels=3, precision=np.float32, seed=None, **options):
    """An IterNet with random weights and biases whose heads have logits of mean -1 and deviation 2, or less where that
    takes kernels whose magnitudes add up to more than 2: features of random weights hardly vary, and a head that
    scales them up scales float32's rounding up with them.

    The weights are rounded to `precision` and kept as float32.
    """
    K.clear_session()
    model = iternet(k, n, channels, **options)
    random = np.random.RandomState(seed if seed is not None else 1000 * k + 10 * n + channels)
    heads = [layer for layer in model.layers if layer.output_shape[-1] == 1 and layer.weights
             and layer.kernel_size == (1, 1) and layer.activation is keras.activations.sigmoid]
    for layer in model.layers:
        if not layer.weights:
            continue
        kernel, bias = layer.get_weights()
        transposed = isinstance(layer, keras.layers.Conv2DTranspose)
        inputs = kernel.shape[3] if transposed else np.prod(kernel.shape[:3])
        kernel = random.normal(0, np.sqrt((1.0 if transposed else 2.0) / inputs), kernel.shape)
        bias = random.uniform(-0.2, 0.2, bias.shape)
        layer.set_weights([kernel.astype(precision), bias.astype(precision)])
    before = keras.models.Model(model.inputs, [head.get_input_at(0) for head in heads])
    features = before.predict(picture(48, 80, channels))
    for head, x in zip(heads, features if isinstance(features, list) else [features]):
        kernel, _ = head.get_weights()
        logits = x.astype(np.float64).reshape(-1, x.shape[-1]).dot(kernel[0, 0])
        scale = 2 / max(logits.std(), np.abs(kernel).sum())
        head.set_weights([(kernel * scale).astype(precision),
                          np.array([-1 - logits.mean() * scale]).astype(precision)])
    return model


def picture(height, width, channels):
    """Float32 (1, height, width, channels) in 0..1: smooth waves, one lane of noise, the corners at 0 and 1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    lanes = [0.5 + 0.5 * np.sin(x / (5.0 + 3 * c) + y / (7.0 - c) + c) for c in range(channels)]
    image = np.stack(lanes, -1)
    image[..., -1] = 0.7 * image[..., -1] + 0.3 * np.random.RandomState(height * width).rand(height, width)
    image[0, 0], image[-1, -1] = 0.0, 1.0
    return image[None].astype(np.float32)


def save_predictions(model, name, sizes=SIZES, suffix=""):
    """iternet/NAME/HxW/<head>.npy and, once for all models, iternet/input/HxWxC.npy."""
    channels = model.inputs[0].shape[-1].value
    for height, width in sizes:
        image = picture(height, width, channels)
        save_array(os.path.join(GOOD, "input", "%dx%dx%d.npy" % (height, width, channels)), image)
        outputs = model.predict(image)
        for head, output in zip(head_names(len(outputs) - 1), outputs):
            assert np.isfinite(output).all() and output.std() > 0.0005, (name, head, output.std())
            save_array(os.path.join(GOOD, name, "%dx%d" % (height, width), head + suffix + ".npy"), output)


def save_array(path, array):
    if not os.path.isdir(os.path.dirname(path)):
        os.makedirs(os.path.dirname(path))
    np.save(path, np.ascontiguousarray(array))


def good(name):
    return os.path.join(GOOD, name + ".hdf5")


def bad(name):
    return os.path.join(BAD, name + ".hdf5")


def copy(source, target, dataset=None, strings=None, newest=True, edit=None):
    """Writes the file `source` again as `target`.

    `dataset(path, array)` gives the keyword arguments of create_dataset, or None to leave the dataset out;
    `strings(array)` the list of names to store in place of an attribute; `edit(file)` runs at the end.
    `newest` takes HDF5's compact groups, which make a file of so many groups much smaller.
    """
    with h5py.File(source, "r") as old, h5py.File(target, "w", libver="latest" if newest else None) as new:
        def attributes(a, b):
            for key, value in a.attrs.items():
                b.attrs[key] = strings(value) if strings and getattr(value, "size", 0) and value.dtype.kind == "S" \
                    else value

        def visit(path, item):
            if isinstance(item, h5py.Group):
                attributes(item, new.require_group(path))
            else:
                arguments = dataset(path, item[()]) if dataset else dict(data=item[()])
                if arguments is not None:
                    new.create_dataset(path, **arguments)
        attributes(old, new)
        old.visititems(visit)
        if edit:
            edit(new)


def split_attribute(group, name, parts):
    """Stores a list of names as Keras does where it is larger than an object header (64 KB)."""
    values = group.attrs[name]
    del group.attrs[name]
    for number, part in enumerate(np.array_split(values, parts)):
        group.attrs["%s%d" % (name, number)] = part


def variable_length(names):
    out = np.empty(len(names), dtype=object)
    out[:] = [name.decode("utf8") for name in names]
    return out.astype(h5py.special_dtype(vlen=str))


def make_good():
    # As the authors' code writes them, every number of iterations.
    for k, n in ((2, 1), (2, 2), (4, 3), (2, 4)):
        name = "k%d_n%d" % (k, n)
        model = build(k, n)
        model.save_weights(good(name))
        save_predictions(model, name, SIZES if n == 3 else SIZES[:1])

    # Sixteen more digits for judging precision.
    weights = [w.copy() for w in build(4, 3).get_weights()]
    K.clear_session()
    K.set_floatx("float64")
    model = iternet(4, 3)
    model.set_weights(weights)
    save_predictions(model, "k4_n3", SIZES[:1], suffix="_float64")
    K.set_floatx("float32")

    # Full models. model_config is as broken as in the authors' files, the renaming being the same.
    model = build(2, 3)
    model.compile("adam", "binary_crossentropy")
    model.save(good("k2_n3_full"), include_optimizer=False)
    save_predictions(model, "k2_n3_full", SIZES[:1])
    model = build(1, 3)
    model.compile(keras.optimizers.Adam(lr=1e-3), "binary_crossentropy")
    image = picture(16, 16, 3)
    model.train_on_batch(image, [(image[..., :1] > 0.5).astype(np.float32)] * 4)
    model.save(good("k1_n3_full_adam"))
    save_predictions(model, "k1_n3_full_adam", SIZES[:1])

    # A k that is no power of two, one input channel; and the next larger k. Weights of four significant bits,
    # deflated, because of the size.
    def coarse(values):
        return (np.ascontiguousarray(values).view(np.uint32) & np.uint32(0xfff00000)).view(np.float32)

    for name, k, n, channels in (("k5_n2_gray", 5, 2, 1), ("k8_n2", 8, 2, 3)):
        model = build(k, n, channels)
        model.set_weights([coarse(w) for w in model.get_weights()])
        model.save_weights(good("written"))
        copy(good("written"), good(name), dataset=lambda path, a: dict(
            data=a, chunks=a.shape, compression="gzip", compression_opts=9, shuffle=True))
        os.remove(good("written"))
        save_predictions(model, name, SIZES[:1])

    # One model of float16 weights in every storage HDF5 and Keras know. One set of predictions serves all.
    model = build(1, 1, precision=np.float16)
    base = good("written")
    model.save_weights(base)
    save_predictions(model, "k1_n1", SIZES[:1])

    def deflated(path, a):
        """The largest kernels in several chunks; the rest stays whole, since each index of chunks takes 2 KB."""
        if a.size < 600:
            return dict(data=a)
        return dict(data=a, chunks=tuple((n + 1) // 2 for n in a.shape), compression="gzip",
                    shuffle=a.size > 1000, fletcher32=a.size > 2000)
    copy(base, good("k1_n1_gzip"), newest=False, dataset=deflated)
    copy(base, good("k1_n1_float16"), dataset=lambda path, a: dict(data=a.astype(np.float16)))
    copy(base, good("k1_n1_float64"), dataset=lambda path, a: dict(data=a.astype(np.float64)))
    copy(base, good("k1_n1_bigendian"), dataset=lambda path, a: dict(data=a.astype(">f4")))

    def split(file):
        split_attribute(file, "layer_names", 3)
        split_attribute(file["model2_conv2d_8"], "weight_names", 2)
    copy(base, good("k1_n1_split_names"), edit=split)
    copy(base, good("k1_n1_variable_length_names"), strings=variable_length)
    os.remove(base)


def make_bad():
    build(1, 1).save_weights(bad("written"))
    base = bad("written")
    kernel = "model2_conv2d_53/conv2d_15/kernel:0"
    copy(base, bad("missing_dataset"), dataset=lambda path, a: None if path == kernel else dict(data=a))

    def wider(path, a):
        return dict(data=np.concatenate([a, a[..., :1]], -1) if path == kernel else a)
    copy(base, bad("wrong_shape"), dataset=wider)

    def spoilt(path, a):
        a = a.copy()
        if path == kernel:
            a[1, 1, 1, 0] = np.nan
        return dict(data=a)
    copy(base, bad("nan_weight"), dataset=spoilt)
    copy(base, bad("no_names"), edit=lambda file: file.attrs.__delitem__("layer_names"))
    copy(base, bad("whole"))
    with open(bad("whole"), "rb") as file:
        whole = file.read()
    with open(bad("truncated"), "wb") as file:
        file.write(whole[:len(whole) // 2])
    os.remove(bad("whole"))

    # The same sequence of weights, another activation: model_config says so and so do the names of the layers;
    # of ReLU6 only model_config tells.
    class ReLU6(keras.layers.ReLU):
        def __init__(self, **options):
            options.setdefault("max_value", 6.0)
            super(ReLU6, self).__init__(**options)
    ReLU6.__name__ = "ReLU"
    for name, activation in (("leaky_relu_full", keras.layers.LeakyReLU), ("elu_full", keras.layers.ELU),
                             ("relu6_full", ReLU6)):
        build(1, 1, activation=activation).save(base, include_optimizer=False)
        copy(base, bad(name))

    # Other networks.
    build(1, 0).save_weights(base)
    copy(base, bad("unet_weights"))
    os.remove(base)
    K.clear_session()
    keras.models.Sequential([
        keras.layers.LSTM(4, input_shape=(5, 3)), keras.layers.Dense(6, activation="relu"), keras.layers.Dense(2),
    ]).save(bad("sequential_full"))
    K.clear_session()
    x = image = keras.layers.Input((16, 16, 3))
    x = keras.layers.Conv2D(4, 3, padding="same")(x)
    for _ in range(2):
        y = keras.layers.Activation("relu")(keras.layers.BatchNormalization()(x))
        y = keras.layers.Conv2D(4, 3, padding="same")(y)
        x = keras.layers.add([x, y])
    x = keras.layers.Dense(3, activation="softmax")(keras.layers.GlobalAveragePooling2D()(x))
    keras.models.Model(image, x).save_weights(bad("residual_weights"))


def check():
    """Loads every good file by position, as the authors do, and compares with the predictions."""
    table = [("k2_n1", 2, 1, 3), ("k2_n2", 2, 2, 3), ("k4_n3", 4, 3, 3), ("k2_n4", 2, 4, 3),
             ("k2_n3_full", 2, 3, 3), ("k1_n3_full_adam", 1, 3, 3), ("k5_n2_gray", 5, 2, 1), ("k8_n2", 8, 2, 3)]
    table += [("k1_n1" + v, 1, 1, 3) for v in
              ("_gzip", "_float16", "_float64", "_bigendian", "_split_names")]
    # Keras 2.3.1 itself stumbles over str names (it decodes them): the variable-length file is for the importer.
    for name, k, n, channels in table:
        K.clear_session()
        model = iternet(k, n, channels)
        with h5py.File(good(name), "r") as file:
            saving.load_weights_from_hdf5_group(file["model_weights"] if "model_weights" in file else file,
                                                model.layers)
        folder = os.path.join(GOOD, "k1_n1" if name.startswith("k1_n1") else name)
        for size in os.listdir(folder):
            image = np.load(os.path.join(GOOD, "input", "%sx%d.npy" % (size, channels)))
            difference = max(np.abs(output - np.load(os.path.join(folder, size, head + ".npy"))).max()
                             for head, output in zip(head_names(n), model.predict(image)))
            assert difference < 1e-6, (name, difference)
            print("%-24s %s %.1e" % (name, size, difference))


if __name__ == "__main__":
    for folder in (GOOD, BAD):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
    make_good()
    make_bad()
    check()
