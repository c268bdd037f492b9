"""Whole verdicts, held against those recorded in verdicts.json: by test, in the order in which it asks.

A sentence or a piece of evidence that changes shows up there, to be read before it is kept:
`OZH_RENEW=verdicts pytest tests/conformance` writes the file anew.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

FILE = Path(__file__).with_name("verdicts.json")
RENEW = os.environ.get("OZH_RENEW") == "verdicts"
EXPECTED = json.loads(FILE.read_text()) if FILE.exists() else {}

asked: list[dict] = []  # by the test that is running


def hold(verdict):
    """Return the verdict, which must be the recorded one in all its parts, and plain JSON."""
    plain = json.loads(json.dumps(asdict(verdict), allow_nan=False))
    expected = EXPECTED.get(test_id(), [])
    if not RENEW:
        assert len(asked) < len(expected), f"no such verdict is recorded: {plain}"
        assert plain == expected[len(asked)]
    asked.append(plain)
    return verdict


def test_id():
    """Return what the running test is called, without its folder."""
    return os.environ["PYTEST_CURRENT_TEST"].rpartition(" (")[0].rpartition("/")[2]
