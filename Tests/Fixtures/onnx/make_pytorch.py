"""Writes networks/pytorch_*: IterNet as PyTorch users have it, exported in every way.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements-pytorch.txt && .venv/bin/python make_pytorch.py

With `--torchvision FOLDER` it writes torchvision's small segmentation networks there instead, random and too large to commit.
"""

import io
import os
import sys

import numpy as np
import torch
from torch import nn

from fixtures import save

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "networks")


def unit(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def pair(inputs, outputs):
    return nn.Sequential(unit(inputs, outputs), unit(outputs, outputs))


class UNet(nn.Module):
    """A U-Net of so many levels with k, 2k, … channels; gives its features at full size, first and last."""

    def __init__(self, inputs, k, levels):
        super().__init__()
        self.down = nn.ModuleList(pair(inputs if i == 0 else k << (i - 1), k << i) for i in range(levels))
        self.rise = nn.ModuleList(nn.ConvTranspose2d(k << (i + 1), k << i, 2, stride=2) for i in reversed(range(levels - 1)))
        self.up = nn.ModuleList(pair(k << (i + 1), k << i) for i in reversed(range(levels - 1)))
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        skips = []
        for index, block in enumerate(self.down):
            x = block(self.pool(x) if index > 0 else x)
            skips.append(x)
        for rise, block, skip in zip(self.rise, self.up, reversed(skips[:-1])):
            x = block(torch.cat([rise(x), skip], dim=1))
        return skips[0], x


class MiniUNet(nn.Module):
    """What IterNet's iterations share: two levels down and two up, with the squeezing of the features between."""

    def __init__(self, k):
        super().__init__()
        self.first = pair(k, k)
        self.middle, self.deep = pair(k, 2 * k), pair(2 * k, 4 * k)
        self.rise2, self.up2 = nn.ConvTranspose2d(4 * k, 2 * k, 2, stride=2), pair(4 * k, 2 * k)
        self.rise1, self.up1 = nn.ConvTranspose2d(2 * k, k, 2, stride=2), pair(2 * k, k)
        self.pool = nn.MaxPool2d(2)

    def refine(self, squeezed):
        middle = self.middle(self.pool(squeezed))
        x = self.up2(torch.cat([self.rise2(self.deep(self.pool(middle))), middle], dim=1))
        return self.up1(torch.cat([self.rise1(x), squeezed], dim=1))

    def forward(self, x):
        return self.refine(self.first(x))


class IterNet(nn.Module):
    """Conv-BatchNorm-ReLU IterNet: the 1x1 convolutions over the growing list of features are not shared."""

    def __init__(self, k=2, iterations=2, channels=3):
        super().__init__()
        self.unet, self.mini = UNet(channels, k, 5), MiniUNet(k)
        self.squeeze = nn.ModuleList(nn.Conv2d(k * (i + 2), k, 1) for i in range(iterations))
        self.heads = nn.ModuleList(nn.Conv2d(k, 1, 1) for _ in range(iterations + 1))

    def forward(self, image):
        first, x = self.unet(image)
        features, outputs = [first], [torch.sigmoid(self.heads[0](x))]
        for squeeze, head in zip(self.squeeze, self.heads[1:]):
            features.append(self.mini.first(x))
            x = self.mini.refine(squeeze(torch.cat(features, dim=1)))
            outputs.append(torch.sigmoid(head(x)))
        return tuple(outputs)


class LoopedNet(nn.Module):
    """The variant without the growing list, as a scripted loop over one mini-U-Net.

    The exporter unrolls a loop whose number of turns is written in the code, so it is the number of channels here.
    """

    def __init__(self, k=2, channels=3):
        super().__init__()
        self.stem, self.mini, self.head = pair(channels, k), MiniUNet(k), nn.Conv2d(k, 1, 1)

    def forward(self, image):
        x = self.stem(image)
        for _ in range(image.size(1)):
            x = self.mini(x)
        return torch.sigmoid(self.head(x))


def randomise(model, seed):
    """Statistics and weights as after a training: none of them trivial."""
    torch.manual_seed(seed)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.6, 1.4)
            nn.init.normal_(module.bias, 0, 0.2)
            nn.init.normal_(module.running_mean, 0, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        elif isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.kaiming_normal_(module.weight)
            if module.bias is not None:
                nn.init.normal_(module.bias, 0, 0.1)
    return model.eval()


def export(model, image, outputs, **options):
    buffer = io.BytesIO()
    torch.onnx.export(model, (image,), buffer, input_names=["image"], output_names=outputs, **options)
    return buffer.getvalue()


def write(name, data, image, folder=FOLDER):
    save(os.path.join(folder, name), data, {"image": image.numpy()})


def iternets():
    torch.manual_seed(0)
    image = torch.rand(1, 3, 32, 48)
    names = ["out11", "final_out"]
    model = randomise(IterNet(k=2, iterations=1), 1)
    axes = {"image": {0: "batch", 2: "height", 3: "width"}}
    write("pytorch_iternet", export(model, image, names, opset_version=17, dynamic_axes=axes), image)
    # Without folding BatchNormalization stays a node.
    write("pytorch_iternet_unfolded", export(
        randomise(IterNet(k=1, iterations=1), 2), image, names, opset_version=11, do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE), image)
    program = torch.onnx.export(randomise(IterNet(k=1, iterations=1), 3), (image,), dynamo=True, verbose=False)
    write("pytorch_iternet_dynamo", rename_input(program.model_proto), image)
    looped = torch.jit.script(randomise(LoopedNet(k=1), 4))
    write("pytorch_loop", export(looped, image, ["probability"], opset_version=17), image)


def rename_input(proto):
    """The input under the name `image`, whatever the exporter calls it, without the exporter's notes, which take most bytes."""
    del proto.metadata_props[:], proto.graph.metadata_props[:], proto.graph.value_info[:]
    for nodes in [proto.graph.node] + [function.node for function in proto.functions]:
        for node in nodes:
            del node.metadata_props[:]
            node.doc_string = ""
    old = proto.graph.input[0].name
    for node in proto.graph.node:
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = "image"
    proto.graph.input[0].name = "image"
    return proto.SerializeToString()


def torchvision_networks(folder):
    from torchvision.models import segmentation

    os.makedirs(folder, exist_ok=True)
    torch.manual_seed(0)
    image = torch.rand(1, 3, 96, 128)

    class Output(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, x):
            return self.model(x)["out"]

    for name in ("lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "fcn_resnet50"):
        model = getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=3)
        model = Output(randomise(model, 5))
        # Outputs of about 1: so deep a network of random weights amplifies.
        with torch.no_grad():
            scale = model(image).std()
            classifier = model.model.classifier
            is_lraspp = name.startswith("lraspp")
            for head in [classifier.low_classifier, classifier.high_classifier] if is_lraspp else [classifier[-1]]:
                head.weight /= scale
                head.bias /= scale
        write(f"torchvision_{name}", export(model, image, ["out"], opset_version=17), image, folder)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    if len(sys.argv) == 3 and sys.argv[1] == "--torchvision":
        torchvision_networks(sys.argv[2])
    else:
        iternets()
