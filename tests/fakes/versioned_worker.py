"""The fake worker, with the fault that the installed version of `fakelib` has: `versioned_worker.py TOOL`."""

import importlib.metadata
import os
import runpy
import sys
from pathlib import Path

import fakelib

os.environ["FAKE_VERSION"] = importlib.metadata.version("fakelib")
sys.argv = [sys.argv[0], sys.argv[1], fakelib.FAULT]
runpy.run_path(str(Path(__file__).with_name("fake_worker.py")), run_name="__main__")
