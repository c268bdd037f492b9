"""YAML to plain data: whatever the bytes are, the answer is data or a YamlError."""

import contextlib

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.scenario.yaml_text import MAX_DEPTH, YamlError, parse

# Bits of YAML, put together at random: more of it is nearly right than of random bytes.
BITS = [
    *("a", "b: ", "- ", "? ", ": ", ", ", "[", "]", "{", "}", "\n", "\n  ", "&a ", "*a", "# ", "|\n "),
    *("!!int ", "!!float ", "!!bool ", "!!timestamp ", "!!binary ", "!!set ", "!!omap ", "!!null ", "!x "),
    *("%YAML 1.1\n", "---\n", "...\n", "<<: ", "2020-13-40", "1:99", "0b_", "0x", "1e999", ".nan", "~"),
    *("> ", "'", '"', "\\U", "\\ud800", "\\x", "ö", "\ufeff", "\t", "\0"),
]

text = st.lists(st.sampled_from(BITS), max_size=30).map("".join).map(str.encode)


@settings(deadline=None, max_examples=300)
@given(text | st.binary(max_size=200))
@example(b'a: !!int ""')
@example(b"a: !!bool x")
@example(b"a: !!timestamp x")
@example(b'a: "\\UFFFFFFFF"')
@example(b'"\\ud800": 1')
@example(b'a: "\\ud800"')
@example(b"a: &a [*a]")
@example(b"&a {*a : 1}")
@example(b"%YAML " + b"1" * 5000 + b".1\n---\na")
@example(b"a: " + b"1" * 5000)
@example(b"[" * 20_000)
def test_any_bytes_are_data_or_a_yaml_error(data):
    with contextlib.suppress(YamlError):
        assert parse(data).lines[()] >= 1


KEYS = st.text("abc", min_size=1)
UTF_8 = st.characters(codec="utf-8")
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(UTF_8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None)
@given(plain)
def test_data_written_by_yaml_come_back(data):
    assert parse(yaml.safe_dump(data).encode()).data == data


def test_every_value_has_its_line():
    parsed = parse(b"a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")

    assert parsed.data == {"a": 1, "b": ["x", {"c": 2, "d": 3}]}
    assert parsed.lines == {
        (): 1,
        ("a",): 1,
        ("b",): 2,
        ("b", 0): 3,
        ("b", 1): 4,
        ("b", 1, "c"): 4,
        ("b", 1, "d"): 5,
    }


def test_what_is_not_in_the_file_has_the_line_of_what_encloses_it():
    parsed = parse(b"a:\n  - b: 1\n")

    assert parsed.line(("a", 0, "gone", 3)) == 2
    assert parsed.line(("gone",)) == 1


def test_keys_stay_text():
    assert parse(b"{1: a, true: b, null: c, y: d}").data == {"1": "a", "true": "b", "null": "c", "y": "d"}


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1])
def test_depth_is_limited(depth):
    nested = b"[" * depth + b"1" + b"]" * depth
    if depth <= MAX_DEPTH:
        assert parse(nested).line((0,) * depth) == 1
    else:
        with pytest.raises(YamlError, match="nested deeper than 30 levels"):
            parse(nested)


def test_an_alias_may_be_used_within_the_limits():
    assert parse(b"a: &a {x: 1}\nb: [*a, *a]\n").data["b"] == [{"x": 1}, {"x": 1}]
