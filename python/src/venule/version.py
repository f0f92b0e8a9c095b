"""The version of this package, a part of the project and of its version."""

VERSION = "0.1.0"
