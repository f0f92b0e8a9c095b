"""Pictures and DICOM objects. The files are made here, by Pillow and pydicom."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
import venule
from conftest import MODEL, PHOTOGRAPH
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import convert_color_space
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian,
    JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless, generate_uid,
)
from venule import CorruptError, DoesNotFitError, Photograph, UnsupportedError, UsageError, read_photograph

OPHTHALMIC_8 = "1.2.840.10008.5.1.4.1.1.77.1.5.1"
OPHTHALMIC_16 = "1.2.840.10008.5.1.4.1.1.77.1.5.2"
CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.fixture(scope="module")
def pixels():
    """A piece of a photograph, with sides of which one is odd."""
    with Image.open(PHOTOGRAPH) as picture:
        return np.asarray(picture.convert("RGB").resize((64, 37)))


def write(path, pixels, *, meaning="RGB", syntax=ExplicitVRLittleEndian, kind=OPHTHALMIC_8, frames=1, bits=8, stored=None,
          data=None, **elements):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = kind, generate_uid(entropy_srcs=[str(path)])
    meta.TransferSyntaxUID = syntax
    found = FileDataset(
        path, {}, file_meta=meta, preamble=b"\0" * 128, is_implicit_VR=syntax == ImplicitVRLittleEndian,
        is_little_endian=syntax != ExplicitVRBigEndian)
    found.SOPClassUID, found.SOPInstanceUID = kind, meta.MediaStorageSOPInstanceUID
    found.Modality, found.ImageLaterality = "OP", "L"
    found.Rows, found.Columns = pixels.shape[frames > 1], pixels.shape[1 + (frames > 1)]
    found.SamplesPerPixel = pixels.shape[-1] if pixels.ndim - (frames > 1) == 3 else 1
    found.PhotometricInterpretation = meaning
    found.BitsAllocated, found.BitsStored, found.HighBit = bits, stored or bits, (stored or bits) - 1
    found.PixelRepresentation = 0
    if found.SamplesPerPixel == 3:
        found.PlanarConfiguration = 0
    if frames > 1:
        found.NumberOfFrames = frames
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    found.PixelData = data if data is not None else pixels.astype(f"{order}u{bits // 8}").tobytes()
    if len(found.PixelData) % 2:
        found.PixelData += b"\0"
    found["PixelData"].VR = "OB" if bits == 8 or data is not None else "OW"
    for name, value in elements.items():
        setattr(found, name, value)
    found.save_as(path, enforce_file_format=True)
    return path


def jpeg(picture: Image.Image, **options) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=92, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless])
def test_uncompressed_rgb(tmp_path, pixels, syntax):
    path = write(tmp_path / "x.dcm", pixels, syntax=ExplicitVRLittleEndian if syntax == RLELossless else syntax)
    if syntax == RLELossless:
        data = pydicom.dcmread(path)
        data.compress(RLELossless)
        data.save_as(path)
    found = read_photograph(path)
    assert (found.pixels == pixels).all() and found.pixels.dtype == np.uint8
    assert (found.largest, found.laterality, found.height, found.width) == (255, "L", 37, 64)
    assert found.scaled().dtype == np.float32
    assert (found.scaled() == pixels.astype(np.float32) / np.float32(255)).all()


def test_planes_one_after_the_other(tmp_path, pixels):
    path = write(
        tmp_path / "x.dcm", pixels, data=pixels.transpose(2, 0, 1).tobytes(), PlanarConfiguration=1)
    assert (read_photograph(path).pixels == pixels).all()


def test_uncompressed_ybr(tmp_path, pixels):
    ybr = convert_color_space(pixels, "RGB", "YBR_FULL")
    found = read_photograph(write(tmp_path / "full.dcm", ybr, meaning="YBR_FULL"))
    assert np.abs(found.pixels.astype(int) - pixels).max() <= 2
    assert (found.pixels == convert_color_space(ybr, "YBR_FULL", "RGB")).all()
    # Two pixels of a row share their colour: Y Y B R.
    halved = ybr.reshape(37, 32, 2, 3)
    colours = halved[:, :, 0, 1:]
    shared = np.concatenate([halved[:, :, :, 0], colours], axis=2).astype(np.uint8)
    found = read_photograph(write(tmp_path / "422.dcm", ybr, meaning="YBR_FULL_422", data=shared.tobytes()))
    expected = np.stack([ybr[:, :, 0], *np.repeat(colours, 2, axis=1).transpose(2, 0, 1)], axis=2)
    assert (found.pixels == convert_color_space(expected, "YBR_FULL", "RGB")).all()


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2"])
def test_jpeg(tmp_path, pixels, sampling):
    """The bytes of a JPEG file in an object give what Pillow makes of that file, but for the rounding of the colours."""
    data = jpeg(Image.fromarray(pixels), subsampling=sampling)
    meaning = "YBR_FULL" if sampling == "4:4:4" else "YBR_FULL_422"
    path = write(
        tmp_path / "x.dcm", pixels, meaning=meaning, syntax=JPEGBaseline8Bit, data=encapsulate([data]), LossyImageCompression="01")
    found = read_photograph(path).pixels.astype(int)
    with Image.open(io.BytesIO(data)) as picture:
        expected = np.asarray(picture.convert("RGB")).astype(int)
    assert np.abs(found - expected).max() <= 2
    assert np.abs(expected - pixels).mean() < 8


def test_jpeg_of_rgb_and_of_grey(tmp_path, pixels):
    data = jpeg(Image.fromarray(pixels), keep_rgb=True)
    found = read_photograph(write(tmp_path / "rgb.dcm", pixels, syntax=JPEGBaseline8Bit, data=encapsulate([data])))
    with Image.open(io.BytesIO(data)) as picture:
        assert np.abs(found.pixels.astype(int) - np.asarray(picture.convert("RGB"))).max() <= 1
    grey = pixels[:, :, 1]
    data = jpeg(Image.fromarray(grey))
    found = read_photograph(
        write(tmp_path / "grey.dcm", grey, meaning="MONOCHROME2", syntax=JPEGBaseline8Bit, data=encapsulate([data])))
    with Image.open(io.BytesIO(data)) as picture:
        assert (found.pixels[:, :, 0] == np.asarray(picture)).all()


def test_grey_and_sixteen_bits(tmp_path, pixels):
    grey = pixels[:, :, 1]
    found = read_photograph(write(tmp_path / "2.dcm", grey, meaning="MONOCHROME2"))
    assert (found.pixels == grey[:, :, np.newaxis]).all()
    inverted = read_photograph(write(tmp_path / "1.dcm", grey, meaning="MONOCHROME1"))
    assert (inverted.pixels == 255 - grey[:, :, np.newaxis]).all()
    deep = grey.astype(np.uint16) * 16
    found = read_photograph(
        write(tmp_path / "12.dcm", deep, meaning="MONOCHROME2", kind=OPHTHALMIC_16, bits=16, stored=12))
    assert found.largest == 4095 and found.pixels.dtype == np.uint16
    assert (found.pixels[:, :, 0] == deep).all()
    assert (found.scaled(1)[:, :, 0] == deep.astype(np.float32) / np.float32(4095)).all()
    inverted = read_photograph(
        write(tmp_path / "11.dcm", deep, meaning="MONOCHROME1", kind=OPHTHALMIC_16, bits=16, stored=12))
    assert (inverted.pixels[:, :, 0] == 4095 - deep).all()
    assert (found.scaled(3) == np.repeat(found.scaled(1), 3, axis=2)).all()


def test_palettes(tmp_path, pixels):
    colours = np.random.default_rng(5).integers(0, 256, (256, 3)).astype(np.uint8)
    indices = pixels[:, :, 1]
    tables = {}
    for index, name in enumerate(("Red", "Green", "Blue")):
        tables[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 8]
        tables[f"{name}PaletteColorLookupTableData"] = colours[:, index].tobytes()
    found = read_photograph(write(tmp_path / "x.dcm", indices, meaning="PALETTE COLOR", **tables))
    assert found.largest == 255 and (found.pixels == colours[indices]).all()


def test_frames(tmp_path, pixels):
    two = np.stack([pixels, pixels[::-1]])
    path = write(tmp_path / "two.dcm", two, frames=2)
    for frame in range(2):
        assert (read_photograph(path, frame=frame).pixels == two[frame]).all()
    with pytest.raises(UsageError, match="has 2 frames; say which one by frame=0 to frame=1"):
        read_photograph(path)
    with pytest.raises(UsageError, match="frame 2 of 2"):
        read_photograph(path, frame=2)
    compressed = write(
        tmp_path / "jpeg.dcm", two, frames=2, meaning="YBR_FULL_422", syntax=JPEGBaseline8Bit,
        data=encapsulate([jpeg(Image.fromarray(frame)) for frame in two]))
    assert np.abs(read_photograph(compressed, frame=1).pixels.astype(int) - two[1]).mean() < 10


def test_objects_that_are_refused(tmp_path, pixels):
    grey = pixels[:, :, 1]
    data = jpeg(Image.fromarray(pixels))
    whole = write(tmp_path / "whole.dcm", pixels)
    short = tmp_path / "short.dcm"
    short.write_bytes(whole.read_bytes()[:-3000])
    half = tmp_path / "half.dcm"
    half.write_bytes(whole.read_bytes()[:200])
    for path, kind, text in [
        (write(tmp_path / "ct.dcm", grey, meaning="MONOCHROME2", kind=CT), UnsupportedError, "CT Image Storage"),
        (write(tmp_path / "signed.dcm", grey, meaning="MONOCHROME2", PixelRepresentation=1), UnsupportedError, "signed"),
        (write(tmp_path / "hsv.dcm", pixels, meaning="HSV"), UnsupportedError, "meaning HSV"),
        (write(tmp_path / "ls.dcm", pixels, syntax=JPEGLSLossless, data=encapsulate([b"\0" * 64])), UnsupportedError, "JPEG-LS"),
        (write(tmp_path / "jpeg.dcm", pixels, meaning="YBR_FULL_422", syntax=JPEGBaseline8Bit,
               data=encapsulate([data[: len(data) // 3]])), CorruptError, "cannot be decoded"),
        (write(tmp_path / "nonsense.dcm", pixels, meaning="YBR_FULL", syntax=JPEGBaseline8Bit,
               data=encapsulate([b"nonsense" * 8])), CorruptError, "cannot be decoded"),
        (write(tmp_path / "large.dcm", pixels, Rows=60000, Columns=60000), DoesNotFitError, "60000x60000"),
        (write(tmp_path / "flat.dcm", pixels, Rows=0), CorruptError, "64x0"),
        (short, CorruptError, "short.dcm"),
        (half, CorruptError, "half.dcm"),
    ]:
        with pytest.raises(kind, match=text):
            read_photograph(path)
    without = pydicom.dcmread(whole)
    del without.PixelData
    without.save_as(tmp_path / "without.dcm")
    with pytest.raises(CorruptError, match="no pixel data"):
        read_photograph(tmp_path / "without.dcm")


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_no_cut_object_is_taken_for_whole(tmp_path, pixels):
    for name, path in [
        ("raw", write(tmp_path / "raw.dcm", pixels)),
        ("jpeg", write(tmp_path / "jpeg.dcm", pixels, meaning="YBR_FULL_422", syntax=JPEGBaseline8Bit,
                       data=encapsulate([jpeg(Image.fromarray(pixels))]))),
    ]:
        data = path.read_bytes()
        whole = read_photograph(path).pixels
        for count in range(0, len(data), max(1, len(data) // 60)):
            path.write_bytes(data[:count])
            try:
                found = read_photograph(path).pixels
            except venule.VenuleError:
                continue
            # Behind the pixels of a JPEG there are some bytes that end the sequence.
            assert name == "jpeg" and count > len(data) - 100 and (found == whole).all(), f"{name} cut to {count} bytes"


def test_pictures(tmp_path, pixels):
    grey = pixels[:, :, 1]
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "rgb.png")
    assert (read_photograph(tmp_path / "rgb.png").pixels == pixels).all()
    Image.fromarray(grey).save(tmp_path / "grey.png")
    assert (read_photograph(tmp_path / "grey.png").pixels[:, :, 0] == grey).all()
    deep = grey.astype(np.uint16) * 257
    Image.fromarray(deep).save(tmp_path / "deep.png")
    found = read_photograph(tmp_path / "deep.png")
    assert found.largest == 65535 and (found.pixels[:, :, 0] == deep).all()
    palette = picture.quantize(16)
    palette.save(tmp_path / "palette.png")
    assert (read_photograph(tmp_path / "palette.png").pixels == np.asarray(palette.convert("RGB"))).all()
    alpha = np.concatenate([pixels, np.full((37, 64, 1), 128, np.uint8)], axis=2)
    alpha[:, 32:, 3] = 0
    Image.fromarray(alpha).save(tmp_path / "alpha.png")
    found = read_photograph(tmp_path / "alpha.png").pixels
    assert (found[:, 32:] == 0).all() and (found[:, :32] == np.rint(pixels[:, :32] * (128 / 255))).all()
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    assert (read_photograph(tmp_path / "turned.png").pixels == np.rot90(pixels, -1)).all()
    Image.fromarray(grey.astype(np.float32)).save(tmp_path / "floats.tiff")
    with pytest.raises(UnsupportedError, match="mode F"):
        read_photograph(tmp_path / "floats.tiff")
    with pytest.raises(UnsupportedError, match="no picture that Pillow knows"):
        read_photograph(MODEL)
    with pytest.raises(UsageError, match="cannot be read"):
        read_photograph(tmp_path / "none.png")
    with pytest.raises(UsageError, match="no DICOM object"):
        read_photograph(tmp_path / "rgb.png", frame=0)
    data = (tmp_path / "rgb.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    with pytest.raises(CorruptError, match="cut.png"):
        read_photograph(tmp_path / "cut.png")


# MARK: Maps


@pytest.fixture(scope="module")
def small(compiled) -> Path:
    return compiled(MODEL, "--input-shape", "1x96x112x3")


def by_venule(compiler, plan, pixels, folder) -> np.ndarray:
    Image.fromarray(pixels).save(folder / "p.png")
    subprocess.run(
        [compiler, "segment", str(plan), str(folder / "p.png"), "-o", str(folder / "maps")], check=True, capture_output=True)
    return np.load(folder / "maps" / "p.npy").reshape(pixels.shape[:2])


def retina(width: int, height: int) -> np.ndarray:
    with Image.open(PHOTOGRAPH) as picture:
        return np.asarray(picture.convert("RGB").resize((width, height)))


@pytest.mark.parametrize("size", [(112, 96), (300, 260), (75, 60)])
def test_maps_are_those_of_venule_segment(small, compiler, tmp_path, size):
    pixels = retina(*size)
    found = venule.segment(venule.Plan(small), Photograph(pixels, 255))
    expected = by_venule(compiler, small, pixels, tmp_path)
    assert found.shape == expected.shape == (size[1], size[0])
    if size == (112, 96):
        assert found.tobytes() == expected.tobytes()
    # Sums of the same numbers in another order differ in their last bits; the network makes a little more of that.
    assert np.abs(found - expected).max() < 1e-4
    assert expected.std() > 0.05


def test_padding(small):
    pixels = retina(100, 80)
    plan = venule.Plan(small)
    found = venule.segment(plan, Photograph(pixels, 255), fit="pad")
    padded = np.zeros((1, 96, 112, 3), np.float32)
    padded[0, :80, :100] = pixels.astype(np.float32) / np.float32(255)
    assert found.tobytes() == np.ascontiguousarray(plan.run(padded).last[0, :80, :100, 0]).tobytes()
    with pytest.raises(UsageError, match="is 113x80 pixels; at most the plan's 112x96"):
        venule.segment(plan, Photograph(retina(113, 80), 255), fit="pad")
    with pytest.raises(UsageError, match="'resize' or 'pad'"):
        venule.segment(plan, Photograph(pixels, 255), fit="crop")


def test_frames_of_bytes(compiled):
    pixels = retina(100, 60)
    maps = {}
    for name in ("rgb8", "bgr8", "rgba8"):
        plan = venule.Plan(compiled(MODEL, "--input-format", f"{name}:100x60", "--resize", "80x48"))
        maps[name] = venule.segment(plan, Photograph(pixels, 255), frame_format=name)
        assert maps[name].shape == (48, 80)
        assert maps[name].tobytes() == maps["rgb8"].tobytes()
        with pytest.raises(UsageError, match="which is to be said"):
            venule.segment(plan, Photograph(pixels, 255))
        with pytest.raises(UsageError, match="frames of 100x60"):
            venule.segment(plan, Photograph(pixels[:50], 255), frame_format=name)
        with pytest.raises(UsageError, match="takes 8 bits"):
            venule.segment(plan, Photograph(pixels.astype(np.uint16), 4095), frame_format=name)
    grey = venule.Plan(compiled(MODEL, "--input-format", "gray8:100x60", "--resize", "80x48"))
    assert venule.segment(grey, Photograph(pixels[:, :, 1:2], 255)).shape == (48, 80)
    with pytest.raises(UsageError, match="coloured"):
        venule.segment(grey, Photograph(pixels, 255))


def test_channels_in_front_and_heads(compiled, iternet):
    network = venule.Plan(
        compiled(MODEL.parents[1] / "Tests/Fixtures/onnx/networks/pytorch_iternet.onnx", "--input-shape", "1x3x32x48"))
    photograph = Photograph(retina(48, 32), 255)
    found = venule.segment(network, photograph)
    assert (found == network.run(photograph.scaled().transpose(2, 0, 1)[np.newaxis]).last[0, 0]).all()
    plan = venule.Plan(iternet)
    photograph = Photograph(retina(80, 48), 255)
    first = venule.segment(plan, photograph, output="out11")
    assert (first == plan.run(photograph.scaled()[np.newaxis])["out11"][0, :, :, 0]).all()
    with pytest.raises(UsageError, match="out14: is no output of the plan"):
        venule.segment(plan, photograph, output="out14")
    with pytest.raises(UsageError, match="no frames of bytes"):
        venule.segment(plan, photograph, frame_format="rgb8")
    gray = venule.Plan(
        compiled(MODEL.parents[1] / "Tests/Fixtures/iternet/k5_n2_gray.hdf5", "--input-shape", "1x48x80x1"))
    luminance = photograph.scaled(1)
    assert np.abs(luminance[:, :, 0] - photograph.scaled() @ np.array([0.299, 0.587, 0.114])).max() < 1e-6
    assert (venule.segment(gray, photograph) == gray.run(luminance[np.newaxis]).last[0, :, :, 0]).all()


def test_plans_that_take_no_photograph(compiled):
    for fixture in ("integers", "concat_split"):
        plan = venule.Plan(compiled(MODEL.parents[1] / f"Tests/Fixtures/onnx/operators/{fixture}.onnx"))
        with pytest.raises(UsageError, match="picture"):
            venule.segment(plan, Photograph(retina(6, 4), 255))
