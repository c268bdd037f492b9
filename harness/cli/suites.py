"""`ozh suites`: the official suites, fetched once."""

import sys

from harness.datasets.known import suites_folder
from harness.datasets.suites import fetch_suites


def suites() -> None:
    """Fetch the official suites of OME-Zarr by pinned commits, unless they are here; tell where they are."""
    print(suites_folder() or fetch_suites(lambda text: print(text, file=sys.stderr)))
