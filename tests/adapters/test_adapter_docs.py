"""What docs/ tells the author of an adapter is what the harness takes."""

import json
import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from harness.tools.manifest import load_adapter
from harness.tools.protocol import Answer, Request, decode, encode

DOCS = Path(__file__).parents[2] / "docs"
PLACE = '"store":{"kind":"file","path":"/data/nuclei"}'
TIMING = '"timing":{"wall_ns":1,"cpu_ns":1,"peak_rss_bytes":null}'


def lines_of(mark: str) -> list[str]:
    """Return the requests (`>`) or the answers (`<`) in protocol.md, with what it abridges filled in."""
    text = (DOCS / "protocol.md").read_text(encoding="utf-8")
    lines = re.findall(rf"^    {mark} (.*)$", text, re.MULTILINE)
    return [line.replace('"store":{...}', PLACE).replace('"timing":{...}', TIMING) for line in lines]


@pytest.mark.parametrize("line", lines_of(">"), ids=lambda line: json.loads(line)["operation"])
def test_a_request_in_the_documentation_is_one_that_is_sent(line: str) -> None:
    number = json.loads(line).pop("id")
    body = {name: value for name, value in json.loads(line).items() if name != "id"}

    request = TypeAdapter(Request).validate_python(body)

    assert json.loads(encode(number, request)) == json.loads(line)


@pytest.mark.parametrize("line", lines_of("<"), ids=lambda line: str(json.loads(line)["id"]))
def test_an_answer_in_the_documentation_is_understood(line: str) -> None:
    number = json.loads(line)["id"]

    assert isinstance(decode(number, line.encode()), Answer)


def test_every_request_in_the_documentation_has_its_answer() -> None:
    asked, answered = ([json.loads(line)["id"] for line in lines_of(mark)] for mark in "><")

    assert asked == answered == list(range(1, len(asked) + 1))


def test_the_manifest_in_the_documentation_can_be_used(tmp_path: Path) -> None:
    text = (DOCS / "add-a-tool.md").read_text(encoding="utf-8")
    manifest, known_issue = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "adapter.toml").write_text(manifest + known_issue)

    adapter = load_adapter(tmp_path)

    assert adapter.why_unsupported("1.2.0", ("write", "file", "a/case"), ("0.4", False)) is not None
    assert adapter.known_issues[0].outcome == "failed"
