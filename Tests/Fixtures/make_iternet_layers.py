"""Writes iternet_layers/: what Keras lists as the layers of an IterNet, for numbers of iterations of which no file is here.

    python make_iternet_layers.py

Needs what make_iternet_fixtures.py needs. A line for each layer, in the order of `model.layers`: its class, the shapes of
its weights, and behind `<-` the places of the layers whose results it gets, with ` ; ` between its calls.
"""
import os
import sys

import keras

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "models"))
from iternet import iternet  # noqa: E402


def lines(model):
    place = {layer: number for number, layer in enumerate(model.layers)}
    for layer in model.layers:
        shapes = ["x".join(map(str, weight.shape)) for weight in layer.get_weights()]
        calls = [" ".join(str(place[source]) for source in node.inbound_layers) for node in layer._inbound_nodes]
        yield " ".join([type(layer).__name__] + shapes + ["<-"]) + " " + " ; ".join(calls)


if __name__ == "__main__":
    folder = os.path.join(HERE, "iternet_layers")
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for iterations in (1, 3, 5, 6):
        keras.backend.clear_session()
        with open(os.path.join(folder, "k2_n%d.txt" % iterations), "w") as file:
            for line in lines(iternet(2, iterations, 3, rename=False)):
                file.write(line.rstrip() + "\n")
