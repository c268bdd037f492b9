"""A cache of the tests' own, and a small recipe to change."""

from collections.abc import Callable

import pytest

from harness.scenario.recipe import Recipe


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def cache_root(shared_cache, monkeypatch):
    """One cache for all tests, so that each package is fetched once."""
    monkeypatch.setenv("OZH_CACHE", str(shared_cache))
    return shared_cache


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("OZH_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def small() -> Callable[..., Recipe]:
    def recipe(**changes) -> Recipe:
        base = {
            "name": "small",
            "source": "ramp",
            "axes": "zyx",
            "shape": [5, 20, 24],
            "dtype": "uint16",
            "chunks": [2, 8, 8],
            "levels": 2,
            "units": {"y": "micrometer", "x": "micrometer"},
            "scale": {"y": 0.5, "x": 0.25},
            "codec": {"name": "none"},
        }
        return Recipe.model_validate({**base, **changes})

    return recipe
