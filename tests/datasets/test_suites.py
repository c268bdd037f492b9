"""The suites of others as specimens, what is known to be wrong with them, and fetching them."""

import fnmatch
import gzip
import hashlib
import io
import json
import os
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.datasets.schemas import check_schema
from harness.datasets.suites import SUITES, exceptions, fetch_suites, suite_specimens
from harness.datasets.suites.fetch import SOURCES, Source, digest_of
from harness.datasets.zarr.decode import open_array
from harness.datasets.zarr.tree import FolderTree
from harness.host.errors import HostError, InputError
from harness.scenario.specimen import Specimen


@pytest.fixture(scope="module")
def root() -> Path:
    given = os.environ.get("OZH_SUITES")
    if not given:
        pytest.skip("OZH_SUITES is not set")
    return Path(given)


def small_suite(root: Path, *, schema: str = "image", names: tuple[str, ...] = ("valid/a_B.json",)) -> None:
    """Write a suite of 0.5 with a case for each name; those of a folder `valid` are."""
    folder = root / "ngff-spec/0.5/tests"
    folder.mkdir(parents=True)
    cases = [
        {"formerly": name, "data": {"ome": {"version": "0.5"}}, "valid": name.startswith("valid")}
        for name in names
    ]
    suite = {"schema": {"id": f"schemas/{schema}.schema"}, "tests": cases}
    (folder / f"{schema}_suite.json").write_text(json.dumps(suite))


def test_a_case_becomes_a_specimen_of_one_group(tmp_path: Path) -> None:
    small_suite(tmp_path, schema="strict_plate", names=("valid/a_B.json", "invalid/c"))

    first, second = suite_specimens("ngff-0.5", tmp_path)

    assert (first.name, first.kind, first.valid) == ("ngff-0.5-strict-plate-a-b", "strict_plate", True)
    assert (first.zarr_format, first.groups, first.folder) == (3, {"": {"ome": {"version": "0.5"}}}, None)
    assert (second.name, second.valid) == ("ngff-0.5-strict-plate-c", False)
    assert second.title == "official case of 0.5, strict plate: c"


def test_cases_of_one_name_are_numbered(tmp_path: Path) -> None:
    small_suite(tmp_path, names=("plate/rows", "plate/rows", "plate/rows"))

    assert [one.name for one in suite_specimens("ngff-0.5", tmp_path)] == [
        "ngff-0.5-image-rows",
        "ngff-0.5-image-rows-2",
        "ngff-0.5-image-rows-3",
    ]


def test_of_an_exception_our_truth_holds_and_the_title_says_why(tmp_path: Path) -> None:
    small_suite(tmp_path, schema="label", names=("valid/minimal.json",))

    (only,) = suite_specimens("ngff-0.5", tmp_path)

    assert only.valid is None
    assert "a label image has multiscales too" in only.title
    assert only.urls[-1] == "https://ngff.openmicroscopy.org/0.5/#labels-md"


def test_a_suite_that_is_unknown_or_not_there_or_torn_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no suite 'ngff-0.1'"):
        suite_specimens("ngff-0.1", tmp_path)
    with pytest.raises(InputError, match=r"suite ngff-0.5 is not in"):
        suite_specimens("ngff-0.5", tmp_path)
    small_suite(tmp_path)
    (tmp_path / "ngff-spec/0.5/tests/image_suite.json").write_text("{")
    with pytest.raises(InputError, match=r"suite ngff-0.5: Expecting property name"):
        suite_specimens("ngff-0.5", tmp_path)


@pytest.mark.suites
class TestOfTheSuitesThemselves:
    """What holds of the real files."""

    @pytest.mark.parametrize(
        ("suite", "attributes", "trees"),
        [("ngff-0.4", 92, 0), ("ngff-0.5", 86, 0), ("ngff-0.6", 143, 85)],
    )
    def test_no_case_is_left_out(self, root: Path, suite: str, attributes: int, trees: int) -> None:
        names = Counter(one.name.startswith("ngff-tree-") for one in suite_specimens(suite, root))

        assert (names[False], names[True]) == (attributes, trees)

    def test_names_are_told_apart(self, root: Path) -> None:
        names = [one.name for suite in SUITES for one in suite_specimens(suite, root)]

        assert len(names) == len(set(names)) == 92 + 86 + 143 + 85 + 77

    def test_all_fixtures_of_zarrita_are_arrays(self, root: Path) -> None:
        fixtures = suite_specimens("zarrita-fixtures", root)

        assert Counter(one.zarr_format for one in fixtures) == {2: 32, 3: 45}
        assert all(open_array(FolderTree(Path(one.folder)), one.array) for one in fixtures if one.folder)

    def test_every_exception_is_of_a_case_that_there_is(self, root: Path) -> None:
        names = [one.name for suite in SUITES for one in suite_specimens(suite, root)]

        assert [one.cases for one in exceptions() if not fnmatch.filter(names, one.cases)] == []

    @pytest.mark.parametrize("suite", ["ngff-0.4", "ngff-0.5"])
    def test_the_schemas_agree_with_the_truth_but_where_an_exception_says_they_cannot(
        self, root: Path, suite: str
    ) -> None:
        judged = [one for one in suite_specimens(suite, root) if one.valid is not None]
        unlike = [one for one in judged if one.valid != (not complaints(one))]

        assert [one.name for one in unlike if "which the schema cannot see" not in one.title] == (
            ["ngff-0.5-plate-well-path-has-column-before-row"] if suite == "ngff-0.5" else []
        )

    def test_they_are_what_is_pinned(self, root: Path) -> None:
        assert [digest_of(root / one.target) for one in SOURCES if one.repository == "ome/ngff-spec"] == [
            one.digest for one in SOURCES if one.repository == "ome/ngff-spec"
        ]


def complaints(specimen: Specimen) -> list[str]:
    return check_schema(specimen.groups[""], specimen.ome_zarr, specimen.kind)


def archive(files: dict[str, str], *, link: str = "") -> bytes:
    """Return a tarball as GitHub makes it, all below one folder; with `link`, a symbolic link to there."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
        if link:
            member = tarfile.TarInfo("top/tests/link.json")
            member.type, member.linkname = tarfile.SYMTYPE, link
            tar.addfile(member)
    return gzip.compress(packed.getvalue())


def source(digest: str = "", folders: tuple[str, ...] = ("schemas", "tests")) -> Source:
    return Source("ome/some-suite", "c0ffee" * 6 + "cafe", folders, (".json",), "some/1.0", digest)


def pinned(files: dict[str, str]) -> str:
    lines = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


FILES = {
    "top/tests/a.json": "[1]",
    "top/schemas/b.json": "{}",
    "top/tests/run.py": "1",
    "top/other/c.json": "3",
}
KEPT = pinned({"tests/a.json": "[1]", "schemas/b.json": "{}"})


def test_suites_are_fetched_once_and_only_what_is_wanted_is_kept(empty_cache: Path) -> None:
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        return archive(FILES)

    for _ in range(2):
        folder = fetch_suites(lambda _: None, (source(KEPT),), get)

    assert asked == [f"https://github.com/ome/some-suite/archive/{source().commit}.tar.gz"]
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()) == [
        "some/1.0/schemas/b.json",
        "some/1.0/tests/a.json",
    ]
    assert folder.is_relative_to(empty_cache)


def test_of_one_folder_the_contents_are_kept(empty_cache: Path) -> None:  # noqa: ARG001 -- its cache is used
    wanted = source(pinned({"a.json": "[1]"}), folders=("tests",))

    folder = fetch_suites(lambda _: None, (wanted,), lambda _: archive(FILES))

    assert (folder / "some/1.0/a.json").read_text() == "[1]"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (lambda: archive({**FILES, "top/tests/a.json": "[2]"}), "is not what it was"),
        (lambda: archive({**FILES, "../out.json": "x"}), "cannot be unpacked"),
        (lambda: archive({**FILES, "top/tests/../../../out.json": "x"}), "cannot be unpacked"),
        (lambda: archive(FILES, link="/etc/passwd"), "cannot be unpacked"),
        (lambda: archive(FILES)[:40], "cannot be unpacked"),
        (lambda: b"<html>not found</html>", "cannot be unpacked"),
        (lambda: archive({}), "is not what it was"),
    ],
    ids=["changed", "out", "out by a detour", "link out", "torn", "no archive", "empty"],
)
def test_what_is_not_the_pinned_archive_is_refused_and_nothing_is_left(
    body: Callable[[], bytes], why: str, empty_cache: Path
) -> None:
    with pytest.raises(HostError, match=why):
        fetch_suites(lambda _: None, (source(KEPT),), lambda _: body())

    assert [path for path in empty_cache.rglob("*") if path.is_file() and path.suffix != ".lock"] == []
    assert not (empty_cache.parent / "out.json").exists()


def test_an_archive_that_unpacks_to_too_much_is_refused(
    empty_cache: Path,  # noqa: ARG001 -- its cache is used
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.datasets.suites.fetch._MAX_BYTES", 1000)
    bomb = archive({**FILES, "top/tests/large.json": "0" * 1001})

    with pytest.raises(HostError, match="holds more than 1000 bytes"):
        fetch_suites(lambda _: None, (source(KEPT),), lambda _: bomb)


def test_a_link_within_the_archive_is_not_kept(empty_cache: Path) -> None:  # noqa: ARG001 -- its cache is used
    folder = fetch_suites(lambda _: None, (source(KEPT),), lambda _: archive(FILES, link="a.json"))

    assert not (folder / "some/1.0/tests/link.json").exists()


def test_nothing_is_fetched_where_the_user_forbade_it(
    empty_cache: Path,  # noqa: ARG001 -- its cache is used
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OZH_OFFLINE", "1")

    with pytest.raises(HostError, match="OZH_OFFLINE forbids"):
        fetch_suites(lambda _: None, (source(KEPT),), lambda _: pytest.fail("asked the network"))
