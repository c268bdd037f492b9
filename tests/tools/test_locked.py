"""The packages that a lock names."""

import json

import pytest

from harness.tools.locked import locked_packages
from harness.tools.registry import ADAPTERS


def test_packages_of_uv_are_those_that_are_pinned(tmp_path):
    lock = tmp_path / "a.txt"
    lock.write_text(
        '# six==1\nzarr==3.1.0 \\\n    --hash=sha256:00\ntomli==2.0 ; python_version < "3.11" \\\n'
    )

    assert locked_packages(lock) == {"zarr": "3.1.0", "tomli": "2.0"}


def test_packages_of_npm_are_those_below_node_modules(tmp_path):
    told = {"": {}, "node_modules/zarrita": {"version": "0.7.5"}, "node_modules/@z/s": {"version": "0.2.0"}}
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": told}))

    assert locked_packages(tmp_path) == {"zarrita": "0.7.5", "@z/s": "0.2.0"}


@pytest.mark.parametrize(
    "lock", sorted(ADAPTERS.glob("*/locks/*.txt")), ids=lambda path: path.parent.parent.name
)
def test_every_lock_that_comes_with_the_harness_names_packages(lock):
    assert len(locked_packages(lock)) >= 2


def test_other_locks_name_none(tmp_path):
    assert locked_packages(tmp_path) == {}
    assert locked_packages(tmp_path / "nowhere.txt") == {}
