"""Writes trained weights as the authors' code would: weights only, by Keras 2.3.1, under its layer names.

    python export.py weights.npz iternet_k8_n3.hdf5 [--compare outputs.npz] [--predictions FOLDER]

Run it under the versions of ../Tests/Fixtures/requirements.txt. `--compare` takes the outputs of the
training framework (`train.py --outputs`) and says how far those of Keras 2.3.1 are from them; `--predictions`
writes the input and every output of Keras 2.3.1 on a piece of retina.jpg as .npy files.
"""
import argparse
import os

import keras
import numpy as np
from PIL import Image

from iternet import head_names, iternet
from train import load

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", help="from train.py")
    parser.add_argument("file", help="HDF5 file to write")
    parser.add_argument("--kernels", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=3)
    parser.add_argument("--compare", help="input and outputs from train.py")
    parser.add_argument("--predictions", help="folder for .npy files")
    arguments = parser.parse_args()

    model = iternet(arguments.kernels, arguments.iterations)
    load(model, arguments.weights)
    model.save_weights(arguments.file)
    print("%s: Keras %s, %d parameters, %d bytes"
          % (arguments.file, keras.__version__, model.count_params(), os.path.getsize(arguments.file)))

    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    model.load_weights(arguments.file, by_name=False)
    heads = head_names(arguments.iterations)
    if arguments.compare:
        with np.load(arguments.compare) as file:
            for head, output in zip(heads, model.predict(file["input"])):
                print("%-10s largest difference %.1e" % (head, np.abs(output - file[head]).max()))
    if arguments.predictions:
        if not os.path.isdir(arguments.predictions):
            os.makedirs(arguments.predictions)
        # 48x80 over the optic disc, from the photograph shrunk to the size of the demonstration.
        photograph = Image.open(os.path.join(HERE, "retina.jpg")).resize((592, 592), Image.LANCZOS)
        piece = np.asarray(photograph.crop((70, 250, 150, 298)), np.float32)[None] / np.float32(255)
        np.save(os.path.join(arguments.predictions, "input.npy"), piece)
        for head, output in zip(heads, model.predict(piece)):
            np.save(os.path.join(arguments.predictions, head + ".npy"), output)


if __name__ == "__main__":
    main()
