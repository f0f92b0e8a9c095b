"""Sizes of images: (height, width), written 592 or 2336x3504."""


def parse(text):
    sides = [int(side) for side in text.split("x")]
    return (sides[0], sides[-1])


def label(shape):
    height, width = shape
    return str(height) if height == width else "%dx%d" % shape


def title(text):
    """592x592 for 592."""
    return "%dx%d" % parse(text)


def pixels(text):
    height, width = parse(text)
    return height * width
