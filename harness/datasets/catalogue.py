"""The recipes that come with the harness, by name."""

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

from harness.host.errors import InputError
from harness.scenario.recipe import Recipe

_FILE = Path(__file__).with_name("catalogue.yaml")


@cache
def catalogue() -> Mapping[str, Recipe]:
    """Return all named recipes, in the order of the file."""
    recipes: dict[str, Recipe] = {}
    for image, base in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items():
        for form, more in base.pop("forms").items():
            name = f"{image}-{form}"
            recipes[name] = Recipe.model_validate({"name": name, **base, **more})
    return MappingProxyType(recipes)


def named(name: str) -> Recipe:
    """Return the recipe of this name; raises InputError with the nearest names where there is none."""
    recipes = catalogue()
    if name not in recipes:
        close = difflib.get_close_matches(name, recipes, n=3, cutoff=0.5)
        mend = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(recipes)}"
        raise InputError(f"no dataset is named '{name}'", mend)
    return recipes[name]
