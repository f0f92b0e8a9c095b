"""IterNet (Li, Verma, Nakashima, Nagahara, Kawasaki: IterNet, WACV 2020) for Keras.

One U-Net of five levels is followed by N small U-Nets of three levels, which share all their 3x3 and
transposed convolutions. Every stage ends in a 1x1 sigmoid head, so a model has N + 1 outputs:
``out11`` .. ``out1N``, then ``final_out``.

Models made here have the layers of the authors' Keras code (github.com/conscienceli/IterNet) in the same
order, under the same names, so that weight files travel both ways. Runs under Keras 2.2, 2.3 and 2.15
(the ``keras`` that TensorFlow 2.15 installs).
"""
import keras
from keras.layers import (Conv2D, Conv2DTranspose, Dropout, Input, MaxPooling2D, ReLU, concatenate)
from keras.models import Model


def head_names(iterations):
    """Names of the outputs in their order: out11 .. out1N, final_out."""
    return ["out1%d" % (i + 1) for i in range(iterations)] + ["final_out"]


class _Numbered(object):
    """Creates layers under the names Keras gives in a fresh process: conv2d_1, conv2d_2, re_lu_1, ..."""

    def __init__(self, dropout, initializer, activation):
        self.count = {}
        self.dropout = dropout
        self.initializer = initializer
        self.activation = activation

    def name(self, kind):
        self.count[kind] = self.count.get(kind, 0) + 1
        return "%s_%d" % (kind, self.count[kind])

    def conv(self, filters, size=3):
        return Conv2D(filters, (size, size), padding="same", kernel_initializer=self.initializer,
                      name=self.name("conv2d"))

    def up(self, filters):
        return Conv2DTranspose(filters, (2, 2), strides=(2, 2), padding="same",
                               kernel_initializer=self.initializer, name=self.name("conv2d_transpose"))

    def pool(self):
        return MaxPooling2D((2, 2), name=self.name("max_pooling2d"))

    def concat(self, tensors):
        return concatenate(tensors, axis=3, name=self.name("concatenate"))

    def unit(self, filters):
        """3x3 convolution, ReLU, dropout: three layers, applied one after another."""
        kind = {"ReLU": "re_lu", "LeakyReLU": "leaky_re_lu", "ELU": "elu"}[self.activation.__name__]
        layers = (self.conv(filters), self.activation(name=self.name(kind)),
                  Dropout(self.dropout, name=self.name("dropout")))

        def apply(x):
            for layer in layers:
                x = layer(x)
            return x
        return apply


def iternet(kernels=8, iterations=3, channels=3, dropout=0.1, initializer="glorot_uniform",
            activation=ReLU, rename=True):
    """The IterNet of k = `kernels`, N = `iterations` for images of `channels` channels.

    Input (batch, height, width, channels) in 0..1, height and width multiples of 16;
    outputs N + 1 times (batch, height, width, 1), the probability of a vessel.
    `rename=False` keeps the names of creation, and with them a `model_config` that Keras can load.
    """
    k = kernels
    make = _Numbered(dropout, initializer, activation)
    image = Input((None, None, channels), name="input_1")

    # The U-Net. Levels 1..5 have k, 2k, 4k, 8k, 16k channels.
    x, skips = image, []
    for level in range(5):
        if level > 0:
            x = make.pool()(x)
        for _ in range(2):
            x = make.unit(k << level)(x)
        skips.append(x)
    for level in (3, 2, 1, 0):
        x = make.concat([make.up(k << level)(x), skips[level]])
        for _ in range(2):
            x = make.unit(k << level)(x)

    # What the iterations share.
    down = []
    for level in range(3):
        pair = [make.unit(k << level), make.unit(k << level)]
        down.append((pair, make.pool() if level < 2 else None))
    rise = []
    for level in (1, 0):
        up = make.up(k << level)
        rise.append((level, up, [make.unit(k << level), make.unit(k << level)]))

    # Each iteration squeezes the first features of the U-Net and those of every iteration so far
    # (k, k, ... channels) to k channels, in a 1x1 convolution of its own.
    features, outputs = [skips[0]], []
    for iteration in range(iterations):
        outputs.append(_head("out1%d" % (iteration + 1))(x))
        levels = []
        for level, (pair, pool) in enumerate(down):
            for unit in pair:
                x = unit(x)
            if level == 0:
                features.append(x)
                x = make.conv(k, size=1)(make.concat(features))
            levels.append(x)
            if pool is not None:
                x = pool(x)
        for level, up, pair in rise:
            x = make.concat([up(x), levels[level]])
            for unit in pair:
                x = unit(x)
    outputs.append(_head("final_out")(x))

    # The number in the name: the authors make one model per iteration on the way.
    model = Model(inputs=[image], outputs=outputs, name="model_%d" % (iterations + 1))
    if rename:
        _rename(model)
    return model


def _head(name):
    return Conv2D(1, (1, 1), activation="sigmoid", name=name)


def _rename(model):
    """Names as in the authors' files: model2_<kind>_<count> in the order of `model.layers`; the heads of the
    iterations keep theirs and are not counted. Weights keep the names of creation (conv2d_31/kernel:0)."""
    count = 0
    for layer in model.layers:
        if layer.name.startswith("out"):
            continue
        name = "model2_%s_%d" % (layer.name.rpartition("_")[0], count)
        if hasattr(layer, "_name"):
            layer._name = name
        else:
            layer.name = name
        count += 1
