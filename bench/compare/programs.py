"""Whatever can be measured: the peers and Venule's plans, each run in a process of its own."""
import json
import os
import sys
import time

import numpy as np

import onnx_export
import processes
import shapes
import venule

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = ["onnxruntime", "openvino", "mnn", "ncnn", "litert", "tract"]
#: tract's Python package has no threads of its own.
SINGLE_THREADED = {"tract"}


class Bench:
    """The folder of models and inputs, and the limits of a process."""

    def __init__(self, folder, binaries, memory, seconds):
        self.folder, self.binaries, self.memory, self.seconds = folder, binaries, memory, seconds
        self.paths = {}
        self.descriptions = {}

    def peer_call(self, peer, call):
        """What a call on a peer's module gives, in a process of its own, since the libraries do not all get along."""
        code = "import importlib, json; m = importlib.import_module('peers.%s'); print(json.dumps(%s))" % (peer, call)
        output = processes.run([sys.executable, "-c", code], 600, self.memory, cwd=HERE)
        return json.loads(output.strip().splitlines()[-1])

    def describe(self, peer):
        if peer not in self.descriptions:
            self.descriptions[peer] = self.peer_call(peer, "{'version': m.VERSION, 'settings': list(m.SETTINGS)}")
        return self.descriptions[peer]

    def input_path(self, shape):
        path = os.path.join(self.folder, "input-%s.npy" % shape)
        if not os.path.exists(path):
            height, width = shapes.parse(shape)
            np.save(path, np.random.default_rng(height).random((1, height, width, 3), dtype=np.float32))
        return path

    def model_path(self, peer, shape):
        if (peer, shape) not in self.paths:
            onnx_path = os.path.join(self.folder, "model-%s.onnx" % shape)
            if not os.path.exists(onnx_path):
                onnx_export.write(os.path.join(self.folder, "model.hdf5"), shapes.parse(shape), onnx_path)
            self.paths[peer, shape] = self.peer_call(peer, "m.prepare(%r, %r)" % (self.folder, shapes.parse(shape)))
        return self.paths[peer, shape]

    def run_peer(self, peer, setting, shape, threads, runs, budget):
        """A dictionary of figures, or of a failure."""
        output = os.path.join(self.folder, "output-%s.npy" % peer)
        try:
            path = self.model_path(peer, shape)
            text = processes.run(
                [sys.executable, "measure.py", peer, setting, path, shape, str(threads), str(runs), str(budget),
                 self.input_path(shape), output], self.seconds, self.memory, cwd=HERE)
        except processes.Failed as failure:
            return {"failure": str(failure)}
        result = json.loads(text.strip().splitlines()[-1])
        result["difference"] = self.difference(np.load(output), shape)
        return result

    def run_venule(self, plan, shape, threads, runs, compares=True):
        """The same for a plan of venule.compile_plan."""
        if isinstance(plan, processes.Failed):
            return {"failure": str(plan)}
        try:
            result = venule.measure(self, plan, shape, threads, runs)
            if compares:
                result["difference"] = self.difference(venule.output(self, plan, shape, threads), shape)
        except processes.Failed as failure:
            return {"failure": str(failure)}
        return result

    def difference(self, output, shape):
        """The largest difference from Keras' result; None for a size that Keras did not do."""
        path = os.path.join(self.folder, "keras-%s.npy" % shape)
        if not os.path.exists(path):
            return None
        keras = np.load(path)
        return float(np.abs(output.reshape(keras.shape).astype(np.float64) - keras).max())

    def versions(self, peers=PEERS):
        return {"Venule": venule.version(self), **{peer: self.describe(peer)["version"] for peer in peers}}


def say(*words):
    """Progress, with the time, so that a log shows where it goes."""
    print(time.strftime("%H:%M:%S"), *words, flush=True)


def outcome(result):
    return result.get("failure") or "%.1f ms, %.0f MB" % (1e3 * result["median"], result["peak"] / 1e6)
