"""Manifests: what they say, and what they are refused for."""

import tomllib

import pytest
from jsonschema import Draft202012Validator

from harness.host.errors import InputError
from harness.tools.manifest import Adapter, load_adapter
from harness.tools.registry import ADAPTERS

MANIFEST = """
[tool]
name = "thing"
title = "Thing"
language = "Python"
homepage = "https://example.org/"
licence = "MIT"
kind = "library"
[versions]
default = "2.1"
[versions."2.1"]
python = ">=3.12"
[versions."1.0"]
lock = "locks/old.txt"
[versions."1.0".capabilities]
ome_zarr = ["0.4"]
shards = false
[environment]
manager = "uv"
[run]
command = ["{env}/bin/python", "{adapter}/worker.py"]
env = { PYTHONPATH = "{sdk}/python" }
[capabilities]
operations = ["null", "read"]
stores = ["file", "s3"]
ome_zarr = ["0.4", "0.5"]
shards = true
[[unsupported]]
reason = "no 0.5 in 1.x"
url = "https://example.org/why"
versions = ["1.*"]
ome_zarr = "0.5"
[[unsupported]]
reason = "no shards on s3"
url = "https://example.org/shards"
store = "s3"
shards = true
operation = "read"
[configurations.default]
[configurations.tuned]
versions = ["2.*"]
settings = { threads = 8 }
note = "as the guide says"
[conventions.downsample]
edge = "ceil"
phase = 1
url = "https://example.org/downsample"
[[known_issues]]
case = "*/plane/*"
outcome = "failed"
explanation = "fill value"
reason = "reads zeros"
url = "https://example.org/issues/1"
"""


@pytest.fixture
def load(tmp_path):
    def load_text(text):
        (tmp_path / "adapter.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_adapter(tmp_path)

    return load_text


def test_all_fields_are_read(load, tmp_path):
    adapter = load(MANIFEST)

    assert (adapter.tool.name, adapter.tool.kind, adapter.default) == ("thing", "library", "2.1")
    assert list(adapter.versions) == ["2.1", "1.0"]
    assert adapter.versions["2.1"].python == ">=3.12"
    assert adapter.run.command == ("{env}/bin/python", "{adapter}/worker.py")
    assert adapter.run.env == {"PYTHONPATH": "{sdk}/python"}
    assert adapter.configurations["tuned"].settings == {"threads": 8}
    assert adapter.conventions["downsample"].edge == "ceil"
    assert adapter.known_issues[0].outcome == "failed"
    assert adapter.folder == tmp_path


def test_a_version_has_its_own_lock_or_one_of_its_name(load, tmp_path):
    adapter = load(MANIFEST)

    assert adapter.lock("2.1") == tmp_path / "locks" / "2.1.txt"
    assert adapter.lock("1.0") == tmp_path / "locks" / "old.txt"


@pytest.mark.parametrize("manager", ["npm", "cargo"])
def test_the_lock_of_other_managers_is_a_folder(load, tmp_path, manager):
    adapter = load(MANIFEST.replace('"uv"', f'"{manager}"'))

    assert adapter.lock("2.1") == tmp_path / "locks" / "2.1"
    assert adapter.lock("1.0") == tmp_path / "locks" / "old.txt"


def test_a_script_for_the_maintainers_may_be_named(load):
    repro = (
        '[repro]\nscript = "a.mjs"\nrun = "node a.mjs"\ninstall = "npm install a"\nlanguage = "javascript"\n'
    )

    assert load(MANIFEST).repro is None
    assert load(MANIFEST + repro).repro.script == "a.mjs"
    with pytest.raises(
        InputError, match=r"repro\.language: Input should be 'python', 'javascript' or 'rust'"
    ):
        load(MANIFEST + repro.replace('"javascript"', '"java"'))


def test_a_version_can_do_less_than_the_manifest_says(load):
    adapter = load(MANIFEST)

    assert (adapter.can("2.1").ome_zarr, adapter.can("2.1").shards) == (("0.4", "0.5"), True)
    assert (adapter.can("1.0").ome_zarr, adapter.can("1.0").shards) == (("0.4",), False)
    assert adapter.can("1.0").stores == ("file", "s3")


@pytest.mark.parametrize(
    ("version", "nearest"),
    [("2.1", "2.1"), ("2.0", "2.1"), ("2.10.3", "2.1"), ("1.7", "1.0"), ("1.0.1", "1.0"), ("3.0", "2.1")],
)
def test_for_a_version_that_is_not_listed_the_nearest_one_speaks(load, tmp_path, version, nearest):
    adapter = load(MANIFEST)
    assert adapter.nearest(version) == nearest

    more = adapter.with_version(version, "==3.13.*", tmp_path / "a.txt")

    assert more.can(version) == adapter.can(nearest)
    assert more.lock(version) == tmp_path / "a.txt"
    assert more.versions[version].python == "==3.13.*"
    assert {*more.versions} == {*adapter.versions, version}


@pytest.mark.parametrize("manager", ["path", "cargo"])
def test_a_package_goes_with_the_managers_whose_registry_is_asked(load, manager):
    with pytest.raises(InputError, match="`package` goes with the managers uv and npm"):
        load(MANIFEST.replace('manager = "uv"', f'manager = "{manager}"\npackage = "thing"'))


def test_a_configuration_may_be_for_some_versions_only(load):
    adapter = load(MANIFEST)

    assert adapter.configurations_of("2.1") == ("default", "tuned")
    assert adapter.configurations_of("1.0") == ("default",)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (("1.0", "read", "file", ("0.5", False)), "no 0.5 in 1.x"),
        (("2.1", "read", "file", ("0.5", False)), None),
        (("1.0", "read", "file", ("0.4", False)), None),
        (("2.1", "read", "s3", ("0.5", True)), "no shards on s3"),
        (("2.1", "read", "s3", ("0.5", False)), None),
        (("2.1", "read", "file", ("0.5", True)), None),
        (("2.1", "null", "s3", ("0.5", True)), None),
    ],
)
def test_what_is_unsupported_has_a_reason_where_all_that_is_named_fits(load, asked, reason):
    version, operation, store, form = asked
    found = load(MANIFEST).why_unsupported(version, (operation, store, "a/case"), form)

    assert (found and found.reason) == reason


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ("[tool]", "[tool", "not valid TOML: "),
        ('"MIT"', '"\udcff"', "not valid TOML: 'utf-8' codec can't decode"),
        ('licence = "MIT"', "", "tool.licence: Field required"),
        ('"MIT"', '"MIT"\nlicense = "MIT"', "tool.license: Extra inputs are not permitted"),
        ('"thing"', '"Some Thing"', "tool.name: String should match pattern"),
        ('"https://example.org/"', '"http://example.org/"', "tool.homepage: String should match pattern"),
        ('kind = "library"', 'kind = "book"', "tool.kind: Input should be 'library'"),
        ('default = "2.1"', 'default = "3"', "the default version '3' is not among the versions"),
        ('default = "2.1"', "", "default: Field required"),
        ('">=3.12"', '"3.x"', "versions.2.1.python: Invalid specifier: '3.x'"),
        ('"1.0"', '"../1"', "versions.../1.[key]: String should match pattern"),
        (
            "shards = false",
            "shard = false",
            "versions.1.0.capabilities.shard: Extra inputs are not permitted",
        ),
        ('["null", "read"]', '["raed"]', "capabilities.operations.0: Input should be 'null'"),
        (
            'manager = "uv"',
            'manager = "pip"',
            "environment.manager: Input should be 'uv', 'npm', 'cargo' or 'path'",
        ),
        ("{env}", "{evn}", "run.command: '{evn}/bin/python' may hold {env}, {adapter} and {sdk} only"),
        ("{adapter}", "{", "run.command: '{/worker.py' may hold {env}, {adapter} and {sdk} only"),
        ("{sdk}", "{}", "run.env: '{}/python' may hold {env}, {adapter} and {sdk} only"),
        ("[configurations.default]", "", "a configuration named 'default' is needed"),
        (
            "[configurations.default]",
            '[configurations.default]\nversions = ["2.*"]',
            "configurations.default must be for version 1.0 too",
        ),
        (
            "[conventions.downsample]",
            "[conventions.read]",
            "conventions.read.[key]: Input should be 'downsample'",
        ),
        ('"https://example.org/why"', '""', "unsupported.0.url: String should match pattern"),
        ('outcome = "failed"', 'outcome = "bad"', "known_issues.0.outcome: Input should be 'passed'"),
    ],
)
def test_a_bad_manifest_is_refused_in_one_line_that_names_the_field(load, tmp_path, was, instead, said):
    assert was in MANIFEST
    text = MANIFEST.replace(was, instead, 1).encode("utf-8", "surrogateescape")

    with pytest.raises(InputError) as caught:
        load(text)

    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path}/adapter.toml: {said}")


def test_an_empty_or_absent_manifest_is_refused(load, tmp_path):
    with pytest.raises(InputError, match="tool: Field required"):
        load("")
    with pytest.raises(InputError, match=r"adapter\.toml: No such file or directory"):
        load_adapter(tmp_path / "none")


SCHEMA = Adapter.model_json_schema()


def test_the_schema_is_a_schema_and_an_editor_can_mark_what_is_wrong():
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)

    assert validator.is_valid(tomllib.loads(MANIFEST))
    for was, instead in [('default = "2.1"', ""), ("python =", "pyhton ="), ('"uv"', '"pip"')]:
        assert not validator.is_valid(tomllib.loads(MANIFEST.replace(was, instead)))


@pytest.mark.parametrize("path", sorted(ADAPTERS.glob("*/adapter.toml")), ids=lambda path: path.parent.name)
def test_every_manifest_that_comes_with_the_harness_is_loaded_and_fits_the_schema(path):
    assert load_adapter(path.parent).default
    Draft202012Validator(SCHEMA).validate(tomllib.loads(path.read_text()))
