"""The cases of the suites, each as a specimen with a stable name.

`ngff-<version>-<kind>-<case>` are attributes of one group and nothing below it: to be judged by `scope:
attributes`. `ngff-tree-0.6-...` are hierarchies of metadata. `zarrita-<v2|v3>-<array>` are arrays.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from harness.datasets.suites.exceptions import exception_of
from harness.host.errors import InputError
from harness.scenario.image import OmeZarrVersion
from harness.scenario.specimen import Specimen

SUITES = ("ngff-0.4", "ngff-0.5", "ngff-0.6", "zarrita-fixtures")

_SPECIFICATION = "https://github.com/ome/ngff-spec"
_ZARRITA = "https://github.com/manzt/zarrita.js/tree/main/fixtures"


def suite_specimens(name: str, root: Path) -> tuple[Specimen, ...]:
    """Return the cases of one of `SUITES`, whose files lie below `root`.

    Raises InputError where they are not there, or are not what they should be.
    """
    readers: dict[str, Callable[[], Iterable[Specimen]]] = {
        "ngff-0.4": lambda: _of_lists(root / "ngff-spec/0.4/tests", "0.4"),
        "ngff-0.5": lambda: _of_lists(root / "ngff-spec/0.5/tests", "0.5"),
        "ngff-0.6": lambda: (
            *_of_files(root / "ngff-spec/0.6rc0/tests/attributes"),
            *_of_folders(root / "ngff-spec/0.6rc0/tests/zarr"),
        ),
        "zarrita-fixtures": lambda: (
            *_arrays(root / "zarrita-fixtures/v2/data.zarr", 2),
            *_arrays(root / "zarrita-fixtures/v3/data.zarr", 3),
        ),
    }
    if name not in readers:
        raise InputError(f"there is no suite '{name}'", f"there are {', '.join(SUITES)}")
    try:
        found = tuple(_excepted(one) for one in _numbered(readers[name]()))
    except (OSError, ValueError, LookupError) as problem:
        raise InputError(f"suite {name}: {problem}") from None
    if not found:
        raise InputError(f"suite {name} is not in {root}", "`ozh suites` fetches it")
    return found


def _of_lists(folder: Path, version: OmeZarrVersion) -> Iterator[Specimen]:
    """Yield the cases of 0.4 and 0.5: a file for each schema, with the cases in a list."""
    for path in sorted(folder.glob("*_suite.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        kind = Path(suite["schema"]["id"]).stem
        for case in suite["tests"]:
            said = case["formerly"].rpartition("/")[2].removesuffix(".json")
            yield _attributes(f"ngff-{version}", version, kind, said, case["data"], valid=case["valid"])


def _of_files(folder: Path) -> Iterator[Specimen]:
    """Yield the attribute cases of 0.6: a file each, in folders that say strictness, validity and kind."""
    for path in sorted(folder.rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        conformance = data.pop("_conformance", {})
        kind = _kind(path.relative_to(folder))
        if kind == "transforms":  # those are of images, or of scenes
            kind = Path(conformance["schema"]["id"]).stem
        valid = "valid" in path.relative_to(folder).parts
        yield _attributes("ngff-0.6", "0.6", kind, path.stem, data, valid=valid)


def _of_folders(folder: Path) -> Iterator[Specimen]:
    """Yield the hierarchies of 0.6, as they are: two are no JSON."""
    for path in sorted(folder.rglob("*.ome.zarr")):
        said = path.name.removesuffix(".ome.zarr")
        kind = _kind(path.relative_to(folder))
        yield Specimen(
            name=_slug(f"ngff-tree-0.6-{kind}-{said}"),
            title=_title("0.6", kind, said),
            urls=(f"{_SPECIFICATION}/tree/main/tests/zarr",),
            zarr_format=3,
            ome_zarr="0.6",
            folder=str(path),
            must="either",
            valid="valid" in path.relative_to(folder).parts,
            kind=kind,
        )


def _attributes(
    suite: str,
    version: Literal["0.4", "0.5", "0.6"],
    kind: str,
    said: str,
    data: dict[str, Any],
    *,
    valid: bool,
) -> Specimen:
    return Specimen(
        name=_slug(f"{suite}-{kind}-{said}"),
        title=_title(version, kind, said),
        urls=(f"{_SPECIFICATION}/tree/{'main' if version == '0.6' else version}/tests",),
        zarr_format=2 if version == "0.4" else 3,
        ome_zarr=version,
        groups={"": data},
        must="either",
        valid=valid,
        kind=kind,
    )


def _arrays(hierarchy: Path, zarr_format: Literal[2, 3]) -> Iterator[Specimen]:
    name = ".zarray" if zarr_format == 2 else "zarr.json"
    for path in sorted(hierarchy.rglob(name)):
        if json.loads(path.read_text(encoding="utf-8")).get("node_type", "array") != "array":
            continue
        array = path.parent.relative_to(hierarchy).as_posix()
        yield Specimen(
            name=_slug(f"zarrita-v{zarr_format}-{array}"),
            title=f"zarrita's fixture {array} of Zarr v{zarr_format}",
            urls=(_ZARRITA,),
            zarr_format=zarr_format,
            ome_zarr="0.4" if zarr_format == 2 else "0.5",
            folder=str(hierarchy),
            array=array,
        )


def _kind(place: Path) -> str:
    """Return what `strict/invalid/plate/name` claims to be: strict_plate."""
    strictness, _, kind = place.parts[:3]
    return f"strict_{kind}" if strictness == "strict" else kind


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.+]+", "-", name.lower()).strip("-")


def _title(version: str, kind: str, said: str) -> str:
    return f"official case of {version}, {kind.replace('_', ' ')}: {said.replace('_', ' ')}"


def _numbered(specimens: Iterable[Specimen]) -> Iterator[Specimen]:
    """Yield the specimens; of those of one name, the second gets a 2 at its end, and so on."""
    seen: Counter[str] = Counter()
    for one in specimens:
        seen[one.name] += 1
        again = seen[one.name]
        yield one if again == 1 else one.model_copy(update={"name": f"{one.name}-{again}"})


def _excepted(specimen: Specimen) -> Specimen:
    """Return the specimen with what holds instead of what its suite says, and why."""
    exception = exception_of(specimen.name)
    if exception is None:
        return specimen
    return specimen.model_copy(
        update={
            "valid": exception.valid,
            "must": exception.must if specimen.array is not None else specimen.must,
            "title": f"{specimen.title} ({exception.reason})",
            "urls": (*specimen.urls, exception.url),
        }
    )
