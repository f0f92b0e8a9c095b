"""Trains an IterNet on the HRF fundus photographs and measures it on photographs it has not seen.

    python train.py FOLDER --out weights.npz --minutes 56
    python train.py FOLDER --out weights.npz --evaluate --outputs outputs.npz

FOLDER holds images/NN_x.jpg (8-bit RGB), vessels/NN_x.png and fov/NN_x.png (1 bit each), where x is
h (healthy), dr (diabetic retinopathy) or g (glaucoma). 01-05 train, 06-09 validate. Written for
TensorFlow 2.15 with its Keras 2.15; the weights leave as numpy arrays in the order of
`model.get_weights()`, which export.py puts into a file of Keras 2.3.1.
"""
import argparse
import glob
import os
import time

import numpy as np
from PIL import Image

from iternet import head_names, iternet

TRAINING = ("01", "02", "03", "04", "05")
VALIDATION = ("06", "07", "08", "09")
PATCH = 128
SCALES = (0.6, 0.77, 1.0)  # Photographs are shrunk by averaging to these, patches are taken from the nearest.


class Photograph(object):
    """One photograph with its expert labels.

    rgb uint8 (h, w, 3); vessels and fov bool (h, w).
    """

    def __init__(self, folder, name):
        self.name = name
        self.image = Image.open(os.path.join(folder, "images", name + ".jpg")).convert("RGB")
        self.label = Image.open(os.path.join(folder, "vessels", name + ".png")).convert("L")
        self.field = Image.open(os.path.join(folder, "fov", name + ".png")).convert("L")

    @property
    def rgb(self):
        return np.asarray(self.image)

    @property
    def vessels(self):
        return np.asarray(self.label) > 127

    @property
    def fov(self):
        return np.asarray(self.field) > 127

    def shrunk(self):
        """[(scale, RGB image, label image)] for every scale of SCALES."""
        result = []
        for scale in SCALES:
            size = tuple(int(round(n * scale)) for n in self.image.size)
            if scale == 1.0:
                result.append((scale, self.image, self.label))
            else:
                result.append((scale, self.image.resize(size, Image.LANCZOS),
                               self.label.resize(size, Image.BOX)))
        return result


def photographs(folder, numbers):
    names = sorted(os.path.basename(p)[:-4] for p in glob.glob(os.path.join(folder, "images", "*.jpg")))
    return [Photograph(folder, n) for n in names if n[:2] in numbers]


class Patches(object):
    """Random patches: x float32 (batch, 128, 128, 3) in 0..1, y float32 (batch, 128, 128, 1) in 0..1."""

    def __init__(self, photos, seed):
        self.random = np.random.RandomState(seed)
        self.pyramids = [p.shrunk() for p in photos]
        self.inside = []
        for p in photos:
            rows, columns = np.nonzero(p.fov)
            self.inside.append(np.stack([columns, rows], 1).astype(np.int32))

    def batch(self, size):
        pairs = [self.one() for _ in range(size)]
        return np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])

    def one(self):
        r = self.random
        i = r.randint(len(self.pyramids))
        if r.rand() < 0.9:
            centre = self.inside[i][r.randint(len(self.inside[i]))]
        else:
            centre = r.rand(2) * self.pyramids[i][-1][1].size
        zoom = np.exp(r.uniform(np.log(0.6), np.log(1.3)))
        scale, image, label = min(self.pyramids[i], key=lambda level: abs(np.log(level[0] / zoom)))
        # The affine map from patch coordinates to those of the shrunk photograph.
        angle = r.uniform(0, 2 * np.pi)
        step = scale / zoom
        c, s = np.cos(angle) * step, np.sin(angle) * step
        flip = 1.0 if r.rand() < 0.5 else -1.0
        matrix = np.array([[c * flip, -s], [s * flip, c]])
        x0, y0 = np.asarray(centre) * scale - matrix.dot([PATCH / 2.0, PATCH / 2.0])
        data = (matrix[0, 0], matrix[0, 1], x0, matrix[1, 0], matrix[1, 1], y0)
        patch = np.asarray(image.transform((PATCH, PATCH), Image.AFFINE, data, Image.BILINEAR))
        truth = np.asarray(label.transform((PATCH, PATCH), Image.AFFINE, data, Image.BILINEAR))
        return self.jitter(patch), (truth[..., None] / np.float32(255)).astype(np.float32)

    def jitter(self, patch):
        """Brightness, contrast, gamma and colour of an 8-bit patch, through one table per channel."""
        r = self.random
        gamma = np.exp(r.uniform(-0.35, 0.35))
        contrast = r.uniform(0.75, 1.3)
        brightness = r.uniform(-0.1, 0.1)
        pivot = patch.reshape(-1, 3).mean(0) / 255.0
        gain = r.uniform(0.85, 1.15, 3)
        levels = np.arange(256)[:, None] / 255.0
        table = ((levels - pivot) * contrast + pivot + brightness) * gain
        table = np.clip(table, 0, 1) ** gamma
        out = np.empty(patch.shape, np.float32)
        for channel in range(3):
            out[..., channel] = table[:, channel].astype(np.float32)[patch[..., channel]]
        return out


def area_under_roc(scores, truth):
    """Area under the ROC curve of `scores` against bool `truth`, both flat; ties count one half."""
    values, index, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2.0
    positives = float(truth.sum())
    negatives = float(truth.size) - positives
    return (ranks[index][truth].sum() - positives * (positives + 1) / 2) / (positives * negatives)


def segment(predict, rgb):
    """Vessel probabilities (h, w) of the last head for an 8-bit RGB (h, w, 3), black up to multiples of 16."""
    return np.asarray(predict(padded(rgb))[-1])[0, :rgb.shape[0], :rgb.shape[1], 0]


def padded(rgb):
    height, width = rgb.shape[:2]
    x = np.zeros((1, -(-height // 16) * 16, -(-width // 16) * 16, 3), np.float32)
    x[0, :height, :width] = rgb / np.float32(255)
    return x


def evaluate(predict, photos):
    """Prints and returns the AUC inside the field of view, all pixels of all photographs together."""
    scores, truths, healthy = [], [], []
    for photo in photos:
        inside = photo.fov
        scores.append(segment(predict, photo.rgb)[inside])
        truths.append(photo.vessels[inside])
        healthy.append(photo.name.endswith("_h"))
        print("  %-6s AUC %.4f" % (photo.name, area_under_roc(scores[-1], truths[-1])))
    result = {}
    for title, chosen in (("all", range(len(photos))), ("healthy", np.nonzero(healthy)[0])):
        result[title] = area_under_roc(np.concatenate([scores[i] for i in chosen]),
                                       np.concatenate([truths[i] for i in chosen]))
        print("AUC %-7s (%2d photographs) %.4f" % (title, len(chosen), result[title]))
    return result


def train(arguments):
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.keras.utils.set_random_seed(arguments.seed)

    model = iternet(arguments.kernels, arguments.iterations, dropout=0.0, initializer="he_normal")
    predict = tf.function(lambda x: model(x, training=False))
    if arguments.evaluate or arguments.start:
        load(model, arguments.start or arguments.out)
    if arguments.evaluate:
        photos = photographs(arguments.folder, VALIDATION)
        evaluate(predict, photos)
        if arguments.outputs:
            save_outputs(predict, photos[0], arguments.outputs)
        return

    patches = Patches(photographs(arguments.folder, TRAINING), arguments.seed)
    watched = photographs(arguments.folder, VALIDATION[:1])
    optimizer = tf.keras.optimizers.legacy.Adam(arguments.rate)

    @tf.function
    def step(x, y, rate):
        with tf.GradientTape() as tape:
            losses = [tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, p)) for p in model(x, training=False)]
            total = tf.add_n(losses)
        gradients, _ = tf.clip_by_global_norm(tape.gradient(total, model.trainable_variables), 1.0)
        optimizer.learning_rate.assign(rate)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return losses[0], losses[-1]

    begun = saved = time.time()
    first, last = [], []
    done = 0
    while True:
        elapsed = (time.time() - begun) / 60.0
        progress = max(elapsed / arguments.minutes, done / float(arguments.steps))
        if progress >= 1:
            break
        rate = arguments.rate * min(1.0, (done + 1) / 100.0)
        if progress > 0.5:  # Half a cosine down to a hundredth.
            rate *= 0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * (progress - 0.5) / 0.5))
        x, y = patches.batch(arguments.batch)
        losses = step(tf.constant(x), tf.constant(y), tf.constant(rate, tf.float32))
        first.append(float(losses[0]))
        last.append(float(losses[1]))
        done += 1
        if done % 50 == 0:
            print("step %5d  %5.1f min  rate %.2e  loss out11 %.4f  final_out %.4f"
                  % (done, elapsed, rate, np.mean(first[-50:]), np.mean(last[-50:])), flush=True)
        if time.time() - saved > 240:
            saved = time.time()
            save(model, arguments.out)
            evaluate(predict, watched)
    save(model, arguments.out)
    print("%d steps of %d patches in %.1f minutes" % (done, arguments.batch, (time.time() - begun) / 60.0))
    evaluate(predict, photographs(arguments.folder, VALIDATION))


def save_outputs(predict, photo, path):
    """`input` and every output by the name of its head, for comparing frameworks."""
    x = padded(photo.rgb)
    outputs = predict(x)
    np.savez(path, input=x, **dict(zip(head_names(len(outputs) - 1), [np.asarray(o) for o in outputs])))


def save(model, path):
    """All weights in the order of the model, as w000, w001, ..."""
    np.savez(path + ".tmp.npz", **{"w%03d" % i: w for i, w in enumerate(model.get_weights())})
    os.replace(path + ".tmp.npz", path)


def load(model, path):
    with np.load(path) as file:
        model.set_weights([file[name] for name in sorted(file.files)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--out", default="weights.npz")
    parser.add_argument("--start", help="weights to begin with")
    parser.add_argument("--evaluate", action="store_true", help="measure --out, train nothing")
    parser.add_argument("--outputs", help="with --evaluate: .npz for the outputs on the first photograph")
    parser.add_argument("--kernels", type=int, default=8)
    parser.add_argument("--iterations", type=int, default=3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--steps", type=int, default=1000000)
    parser.add_argument("--minutes", type=float, default=55, help="ends at whichever of the two comes first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
