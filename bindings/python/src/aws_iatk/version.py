"""The version of this package."""

_version = "0.1.0"
