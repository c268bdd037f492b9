"""The one way in which stored bytes can be wrong, and how a wrong value is told and shown."""

import reprlib


class FormatError(ValueError):
    """What is stored is not Zarr that we can decode: one sentence with the key, the field and the reason."""


def is_text(value: str) -> bool:
    """Tell whether a string can be put as UTF-8; JSON's escapes can also name halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def shown(value: object) -> str:
    """Return a short form of a value that somebody else wrote, however long or deep it is."""
    return reprlib.repr(value)
