"""Writes forms of Keras' models beside those of make_keras_fixtures.py, into the same folders and in the same layout.

    python make_keras_forms.py GENERATION [NAME...]

README.md lists the generations with the packages that each needs. A name that ends with `_given` is that of a model that is read
with the shape of its input given. Where there is an `architecture.json` the weights lie beside it: `model.h5` is then of
`save_weights`.
"""
import os
import shutil
import sys

import numpy as np

import make_keras_fixtures as fixtures
from make_keras_fixtures import FOLDER, GENERATION, HERE, L, Model, Sequential, keras, randomise, save_predictions

IS_KERAS_3 = keras.__version__.startswith("3.")
IS_TF_KERAS = GENERATION.startswith("tf")


# Archives and layers that some versions have.

def archive():
    """Layers of one class with and without tensors, and models in it: what the names of groups count."""
    block_image = L.Input((None, None, 4))
    block = L.Conv2D(4, 3, padding="same")(block_image)
    block = Model(block_image, L.add([L.Activation("relu")(L.BatchNormalization()(block)), block_image]), name="block")
    plain = Sequential([L.Activation("tanh"), L.Activation("relu")], name="plain")
    stem = Sequential([L.InputLayer((12, 10, 3)), L.Conv2D(4, 3, padding="same"), L.PReLU(shared_axes=[1, 2])], name="stem")
    image = L.Input((12, 10, 3))
    x = stem(image)
    x = L.Activation("relu")(L.DepthwiseConv2D(3, padding="same")(x))
    x = block(plain(block(x)))
    x = L.Conv2D(3, 1)(L.Activation("elu")(L.BatchNormalization()(L.Conv2D(5, 3)(x))))
    return Model(image, [x, L.Dense(2)(L.GlobalAveragePooling2D()(x))])


def batch_norm():
    """TensorFlow 1.13 calls its layer BatchNormalizationV1."""
    x = image = L.Input((8, 10, 3))
    x = L.Activation("relu")(L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(x)))
    return Model(image, L.Conv2D(2, 1)(L.BatchNormalization(scale=False)(x)))


def synchronised():
    """The same of several devices, as TensorFlow calls it."""
    x = image = L.Input((8, 10, 3))
    x = L.experimental.SyncBatchNormalization()(L.Conv2D(4, 3)(x))
    return Model(image, x)


def augmentation():
    """Layers that do nothing at inference, by themselves and in a sequential model, and those that crop."""
    size = (9, 12, 3)
    tried = [("RandomFlip", {}), ("RandomTranslation", dict(height_factor=0.1, width_factor=0.2)), ("RandomRotation", dict(factor=0.1)),
             ("RandomZoom", dict(height_factor=0.3)), ("RandomContrast", dict(factor=0.2)), ("RandomBrightness", dict(factor=0.2)),
             ("RandomHeight", dict(factor=0.2)), ("RandomWidth", dict(factor=0.2)), ("RandomColorDegeneration", dict(factor=0.5)),
             ("RandomGrayscale", dict(factor=0.5)), ("RandomHue", dict(factor=0.5)), ("RandomSaturation", dict(factor=0.5)),
             ("RandomSharpness", dict(factor=0.5)), ("RandomShear", dict(x_factor=0.3, y_factor=0.3)), ("RandomPerspective", {}),
             ("RandomGaussianBlur", {}), ("RandomPosterization", dict(factor=4)), ("RandomInvert", {}), ("RandomErasing", {}),
             ("RandomElasticTransform", {}), ("MixUp", {}), ("CutMix", {}), ("AugMix", {}), ("RandAugment", {}),
             ("Solarization", {}), ("RandomColorJitter", dict(brightness_factor=0.1))]
    image = L.Input(size)
    x = image
    for name, arguments in tried:
        if hasattr(L, name):
            x = getattr(L, name)(**arguments)(x)
    x = Sequential([L.RandomFlip("horizontal"), L.RandomRotation(0.2)], name="augmentation")(x)
    x = L.Identity()(L.Conv2D(3, 1)(x))
    outs = [x, L.CenterCrop(4, 6)(x), L.CenterCrop(5, 5)(x), L.CenterCrop(12, 7)(x), L.RandomCrop(4, 6)(x), L.RandomCrop(7, 5)(x),
            L.Resizing(6, 5, crop_to_aspect_ratio=True)(x), L.Resizing(20, 8, interpolation="nearest", crop_to_aspect_ratio=True)(x)]
    return Model(image, [L.ReLU(6.0)(out) for out in outs])


# Functions called on tensors.

def tensorflow_functions():
    import tensorflow as tf
    a, b = L.Input((6, 8, 4), name="a"), L.Input((6, 8, 4), name="b")
    one = tf.expand_dims(a, 1)
    outs = [tf.nn.leaky_relu(a, alpha=0.1), tf.nn.gelu(a), tf.nn.gelu(a, approximate=True), tf.nn.elu(a), tf.nn.selu(a), tf.nn.swish(a),
            tf.nn.softmax(a), tf.nn.softmax(a, axis=1), tf.nn.log_softmax(a), a ** 2, 2.0 ** a, tf.pow(tf.abs(a) + 0.5, b),
            tf.clip_by_value(a, -0.5, 1.0), tf.reduce_mean(a, axis=[1, 2], keepdims=True), tf.reduce_max(a, -1), tf.reduce_sum(a, 3, True),
            tf.reduce_min(a, axis=[2]), tf.math.reduce_std(a, [1, 2]), tf.math.reduce_variance(a, -1, True),
            a[:, 1:-1], a[..., 0], a[:, ::2, 1:, tf.newaxis], a[:, 3], a[:, -2, ::-1], a[:, 1:100, -3:], tf.slice(a, [0, 1, 2, 0], [-1, 3, 4, -1]),
            tf.image.resize(a, (4, 13)), tf.image.resize(a, [9, 5], method="nearest"), tf.image.resize(a, [12, 16], "bicubic"),
            tf.pad(a, [[0, 0], [1, 2], [0, 3], [0, 0]]), tf.pad(a, [[0, 0], [2, 1], [1, 3], [0, 0]], "REFLECT"),
            tf.pad(a, [[0, 0], [1, 1], [0, 0], [0, 0]], constant_values=2.5), tf.reshape(a, (-1, 24, 8)), tf.transpose(a, (0, 3, 1, 2)),
            tf.cast(a, tf.float32) + b, tf.cast(tf.argmax(a, axis=-1), tf.float32), tf.concat([a, b], axis=-1), tf.concat([a, b, a], 2),
            tf.stack([a, b], axis=1), tf.split(a, 2, axis=-1)[1], tf.split(a, [1, 3], axis=3)[1], tf.unstack(a, axis=-1)[2], one,
            tf.squeeze(one, 1), tf.matmul(a, b, transpose_b=True), tf.matmul(a, tf.transpose(b, (0, 1, 3, 2))),
            tf.maximum(a, 0.1), tf.minimum(0.2, a), 1.0 - a, a / 2, 2 / (tf.abs(a) + 1.0), a - b, -a, abs(a), a * 3,
            tf.add(a, [1.0, 2.0, 3.0, 4.0]), a * np.arange(8, dtype="float32").reshape(8, 1), tf.nn.depth_to_space(a, 2),
            tf.nn.space_to_depth(a, 2), tf.where(a > 0.5, a, 0.0), tf.where(tf.logical_and(a <= b, a > -1.0), b, a), tf.square(a),
            tf.math.squared_difference(a, b), tf.math.l2_normalize(a, axis=-1), tf.math.rsqrt(tf.abs(a) + 0.5), tf.exp(a), tf.floor(a * 3.0),
            tf.math.log(tf.abs(a) + 0.5), tf.add_n([a, b, a]), tf.reverse(a, [1, 2]), tf.tile(a, [1, 2, 1, 3]), tf.repeat(a, 2, axis=1),
            tf.cast(tf.not_equal(tf.floor(a), tf.floor(b)), "float32"), tf.identity(a) * b, tf.nn.bias_add(a, [1.0, 2.0, 3.0, 4.0]),
            L.ReLU(6.0)(a + 3.0) * (1.0 / 6.0) * a, tf.sin(a), tf.cos(a), tf.round(a * 3.0), tf.sign(a), a % 1.5,
            tf.reduce_prod(a, axis=[-1])]
    return Model([a, b], outs)


def keras3_functions():
    ops = keras.ops
    a, b = L.Input((6, 8, 4), name="a"), L.Input((6, 8, 4), name="b")
    one = ops.expand_dims(a, 1)
    outs = [ops.leaky_relu(a, 0.1), ops.gelu(a), ops.gelu(a, approximate=False), ops.elu(a, alpha=0.5), ops.selu(a), ops.silu(a), ops.celu(a),
            ops.softmax(a), ops.softmax(a, axis=1), ops.log_softmax(a, axis=-1), ops.hard_sigmoid(a), ops.log_sigmoid(a), ops.softsign(a),
            a ** 2, 2.0 ** a, ops.clip(a, -0.5, 1.0), ops.mean(a, axis=[1, 2], keepdims=True), ops.max(a, axis=-1),
            ops.sum(a, axis=3, keepdims=True), ops.min(a, axis=(2,)), ops.std(a, axis=[1, 2]), ops.var(a, axis=-1, keepdims=True),
            a[:, 1:-1], a[..., 0], a[:, ::2, 1:, None], a[:, 3], a[:, -2, ::-1], a[:, 1:100, -3:], ops.image.resize(a, (4, 13)),
            ops.image.resize(a, (9, 5), interpolation="nearest"), ops.image.resize(a, (5, 5), crop_to_aspect_ratio=True),
            ops.pad(a, [[0, 0], [1, 2], [0, 3], [0, 0]]), ops.pad(a, ((0, 0), (2, 1), (1, 3), (0, 0)), mode="reflect"),
            ops.pad(a, ((0, 0), (1, 1), (0, 0), (0, 0)), constant_values=2.5), ops.reshape(a, (-1, 24, 8)), ops.transpose(a, (0, 3, 1, 2)),
            ops.cast(a, "float32") + b, ops.cast(ops.argmax(a, axis=-1), "float32"), ops.concatenate([a, b], axis=-1),
            ops.concatenate([a, b, a], axis=2), ops.stack([a, b], axis=1), ops.split(a, 2, axis=-1)[1], ops.split(a, [1, 2], axis=3)[2],
            ops.unstack(a, axis=-1)[2], one, ops.squeeze(one, 1), ops.matmul(a, ops.transpose(b, (0, 1, 3, 2))), ops.maximum(a, 0.1),
            ops.minimum(0.2, a), 1.0 - a, a / 2, 2 / (abs(a) + 1.0), a - b, -a, a * 3, a + np.array([1, 2, 3, 4], "float32"),
            ops.nn.depth_to_space(a, 2), ops.nn.space_to_depth(a, 2), ops.where(a > 0.5, a, 0.0),
            ops.where(ops.logical_and(a <= b, a > -1.0), b, a), ops.square(a), ops.normalize(a, axis=-1), ops.rsqrt(abs(a) + 0.5), ops.exp(a),
            ops.floor(a * 3.0), ops.flip(a, axis=1), ops.tile(a, (1, 2, 1, 3)), ops.repeat(a, 2, axis=1), ops.moveaxis(a, -1, 1),
            ops.swapaxes(a, 1, 2), ops.reshape(a, (-1, 48, 4)), ops.sin(a), ops.cos(a), ops.round(a * 3.0), ops.sign(a), a % 1.5,
            ops.prod(a, axis=-1)]
    return Model([a, b], outs)


def axes():
    """Layers along other axes than the last, and layers around layers."""
    image, line, other = L.Input((6, 8, 4)), L.Input((5, 7)), L.Input((3, 7))
    steps = L.Input((3, 6, 8, 2))
    x = L.Conv2D(4, 3, padding="same")(image)
    outs = [L.LayerNormalization(axis=1)(x), L.LayerNormalization(axis=[1, 2], scale=False)(x), L.LayerNormalization(axis=[1, 3])(x),
            L.LayerNormalization(axis=1)(line), L.GroupNormalization(2, axis=1)(x), L.GroupNormalization(2, axis=2)(x),
            L.GroupNormalization(-1)(line), L.GroupNormalization(5, axis=1)(line), L.Softmax(axis=[1, 2])(x), L.Softmax(axis=(-1, 1))(x),
            L.UnitNormalization()(x), L.UnitNormalization(axis=[1, 2])(x),
            L.Dot(axes=2)([line, other]), L.Dot(axes=(2, 2), normalize=True)([line, other]),
            L.Dot(axes=(1, 1))([line, L.Dense(5)(L.Flatten()(other))]), L.Dot(axes=1)([L.Flatten()(other), L.Flatten()(other)]),
            L.Dot(axes=1, normalize=True)([L.Flatten()(other), L.Dense(21)(L.Flatten()(line))]),
            L.TimeDistributed(L.Conv2D(3, 3, activation="relu"))(steps), L.TimeDistributed(L.MaxPooling2D())(steps),
            L.TimeDistributed(L.BatchNormalization())(steps), L.TimeDistributed(L.Dense(4))(line), L.TimeDistributed(L.Flatten())(steps)]
    return Model([image, line, other, steps], outs)


def lines():
    """Layers of lines."""
    x = line = L.Input((14, 3))
    x = L.Conv1D(4, 3, padding="same", activation="relu")(x)
    outs = [L.Conv1D(2, 4, strides=2)(x), L.Conv1D(3, 3, dilation_rate=2, padding="same", use_bias=False)(x), L.MaxPooling1D()(x),
            L.MaxPooling1D(3, strides=2, padding="same")(x), L.AveragePooling1D(2)(x), L.GlobalMaxPooling1D()(x),
            L.GlobalAveragePooling1D()(x), L.UpSampling1D(3)(x), L.ZeroPadding1D(2)(x), L.ZeroPadding1D((1, 3))(x), L.Cropping1D((2, 1))(x),
            L.SeparableConv1D(3, 3, depth_multiplier=2, padding="same")(x), L.Dense(3)(x), L.BatchNormalization()(x)]
    if GENERATION != "keras2.3":
        outs += [L.Conv1DTranspose(3, 4, strides=2, padding="same")(x), L.DepthwiseConv1D(3, strides=2)(x),
                 L.Conv1DTranspose(2, 3, strides=3, output_padding=1)(x), L.GlobalAveragePooling1D(keepdims=True)(x)]
    return Model(line, outs)


def time_distributed():
    """The same of Keras 2.3."""
    line, other, steps = L.Input((5, 7)), L.Input((3, 7)), L.Input((3, 6, 8, 2))
    outs = [L.TimeDistributed(L.Conv2D(3, 3, activation="relu"))(steps), L.TimeDistributed(L.BatchNormalization())(steps),
            L.TimeDistributed(L.Dense(4))(line), L.Dot(axes=2)([line, other]), L.dot([line, other], axes=(2, 2), normalize=True)]
    return Model([line, other, steps], outs)


# Weights beside their architecture.

def weights():
    """A model in a model, layers of several classes with and without tensors."""
    inner_image = L.Input((None, None, 4))
    inner = L.Activation("relu")(L.BatchNormalization()(L.Conv2D(4, 3, padding="same")(inner_image)))
    inner = Model(inner_image, L.add([inner, inner_image]))
    x = image = L.Input((12, 10, 3))
    x = L.MaxPooling2D()(inner(L.Conv2D(4, 3, padding="same")(x)))
    x = L.UpSampling2D()(L.LeakyReLU(0.2)(L.BatchNormalization()(L.Conv2DTranspose(4, 2)(x))))
    return Model(image, L.Conv2D(1, 1, activation="sigmoid")(x))


# Sides that have to be known.

def reshape_given():
    image = L.Input((None, None, 3))
    x = L.Conv2D(2, 3, padding="same")(image)
    return Model(image, [L.Activation("softmax")(L.Reshape((-1, 2))(x)), L.MaxPooling2D()(x)])


def bicubic_given():
    image = L.Input((None, None, 3))
    return Model(image, L.Conv2D(2, 1)(L.UpSampling2D(2, interpolation="bicubic")(image)))


def iternet_of_classes():
    """An IterNet whose heads give three classes, with the layers renamed as the authors do it, which loses the connections."""
    sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))
    import iternet
    iternet._head = lambda name: L.Conv2D(3, (1, 1), activation="softmax", name=name)
    return iternet.iternet(2, 2)


def multi_gpu():
    """What `multi_gpu_model` makes: the batch is sliced by Lambda layers. It is not read."""
    import tensorflow as tf
    from keras.utils import multi_gpu_utils
    x = image = L.Input((8, 10, 3), name="image")
    inner = Model(image, L.Conv2D(2, 3, name="inner")(x), name="unet")
    multi_gpu_utils._get_available_devices = lambda: ["/cpu:0", "/gpu:0", "/gpu:1"]
    with tf.device("/cpu:0"):
        return multi_gpu_utils.multi_gpu_model(inner, gpus=2)


MODELS = {
    "tf1.13": dict(batch_norm=batch_norm),
    "tf2.12": dict(archive=archive),
    "tf2.13": dict(archive=archive, augmentation=augmentation, synchronised=synchronised, bicubic_given=bicubic_given,
                   functions=tensorflow_functions, axes=axes, weights=weights, lines=lines),
    "keras2.3": dict(reshape_given=reshape_given, iternet_of_classes=iternet_of_classes, multi_gpu=multi_gpu,
                     time_distributed=time_distributed, lines=lines, weights=weights, weights_by_order=weights),
    "keras3": dict(augmentation=augmentation, functions=keras3_functions, axes=axes, weights=weights, lines=lines),
}[GENERATION]
SIZES = dict(reshape_given=[(8, 10, 3)], bicubic_given=[(5, 6, 3)], iternet_of_classes=[(16, 32, 3)])
ARCHIVED = ("archive",) if GENERATION.startswith("tf2.") else ()
ARCHIVED += ("augmentation", "functions", "axes") if IS_KERAS_3 else ()


def sizes_of(model, name):
    return SIZES.get(name) or [tuple(int(side) for side in tensor.shape[1:]) for tensor in model.inputs]


def write(name, build):
    keras.backend.clear_session()
    model = build()
    random = np.random.RandomState(sum(map(ord, name)))
    randomise(model, random)
    folder = os.path.join(FOLDER, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    if name.startswith("weights"):
        write_weights(model, build, name, folder)
    elif not (IS_KERAS_3 and name == "augmentation"):  # It fails to write these as HDF5.
        model.save(os.path.join(folder, "model.h5"), include_optimizer=False)
    if name in ARCHIVED:
        model.save(os.path.join(folder, "model.keras"))
    if name != "multi_gpu":
        save_predictions(model, folder, sizes_of(model, name), 2 if name == "axes" else 1, random)


def write_weights(model, build, name, folder):
    model.save_weights(os.path.join(folder, "model.h5" if not IS_KERAS_3 else "model.weights.h5"))
    if GENERATION == "tf2.13":
        model.save_weights(os.path.join(folder, "model.weights.h5"))
    # Built once more in the same session the layers have other names.
    described = build() if name == "weights_by_order" else model
    with open(os.path.join(folder, "architecture.json"), "w") as file:
        file.write(described.to_json())


def iternet(name):
    """An IterNet as an archive, and in another model, of which `.weights.h5` has the weights only."""
    sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))
    from iternet import iternet
    keras.backend.clear_session()
    model = iternet(2, 1, rename=False)
    random = np.random.RandomState(98)
    randomise(model, random)
    folder = os.path.join(FOLDER, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    if name == "iternet_nested":
        image = L.Input((None, None, 3))
        model = Model(image, model(image))
        model.save_weights(os.path.join(folder, "model.weights.h5"))
    else:
        model.save(os.path.join(folder, "model.keras"))
    save_predictions(model, folder, [(16, 32, 3)], 1, random)


if __name__ == "__main__":
    names = sys.argv[2:] or sorted(MODELS) + (["iternet_nested", "iternet"] if GENERATION == "tf2.13" else [])
    names += ["iternet_nested"] if IS_KERAS_3 and not sys.argv[2:] else []
    for name in names:
        print(name)
        if name in MODELS:
            write(name, MODELS[name])
        else:
            iternet(name)
