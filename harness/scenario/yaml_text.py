"""YAML text to plain data, safely: size, depth and expansion limited, no doubled keys, every line known."""

from dataclasses import dataclass
from typing import Any

import yaml

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 30
MAX_NODES = 20_000

Path = tuple[str | int, ...]

# What PyYAML's own code raises on some of what it cannot read, e.g. `!!int ""` or "\\UFFFFFFFF".
_LET_THROUGH = (ValueError, OverflowError, LookupError, AttributeError)


class YamlError(Exception):
    """The text cannot be used: a sentence, and the line it is about (from 1; 0: the file as a whole)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Parsed:
    """Plain data, and the line of each value by its path."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of the value at a path, or of what encloses it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: bytes) -> Parsed:
    """Return the data in one YAML document; raises YamlError."""
    if len(text) > MAX_BYTES:
        raise YamlError(f"larger than {MAX_BYTES} bytes")
    try:
        root = yaml.compose(text.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as problem:
        raise YamlError(f"not UTF-8 text (byte {problem.start})") from None
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        said = ", ".join(part for part in (problem.context, problem.problem) if part)
        raise YamlError(f"not valid YAML: {said}", line) from None
    except RecursionError:
        raise YamlError(f"nested deeper than {MAX_DEPTH} levels") from None
    except (yaml.YAMLError, *_LET_THROUGH) as problem:
        raise YamlError(f"not valid YAML: {str(problem).partition(chr(10))[0]}") from None
    if root is None:
        raise YamlError("the file is empty")
    walk = _Walk()
    return Parsed(walk.value(root, ()), walk.lines)


class _Walk:
    """Turns composed nodes into data, counting as it goes: aliases are counted each time they are used."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._nodes = 0
        self._scalars = yaml.SafeLoader("")

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401 -- YAML holds anything
        line = node.start_mark.line + 1
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise YamlError(f"expands to more than {MAX_NODES} values (aliases counted)", line)
        if len(path) > MAX_DEPTH:
            raise YamlError(f"nested deeper than {MAX_DEPTH} levels", line)
        self.lines[path] = line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, place)) for place, child in enumerate(node.value)]
        try:
            _text(node)
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, *_LET_THROUGH):
            kind = node.tag.removeprefix("tag:yaml.org,2002:")
            raise YamlError(f"not valid YAML: {node.value[:40]!r} cannot be read as {kind}", line) from None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlError("a key must be plain text", line)
            try:
                key = _text(key_node)
            except UnicodeEncodeError:
                raise YamlError("a key must be plain text", line) from None
            if key in result:
                raise YamlError(f"the key '{key}' stands twice", line)
            result[key] = self.value(value_node, (*path, key))
            self.lines[(*path, key)] = line
        return result


def _text(node: yaml.Node) -> str:
    """Return the text of a scalar; raises UnicodeEncodeError where it holds half a surrogate pair."""
    text = str(node.value)
    text.encode()
    return text
