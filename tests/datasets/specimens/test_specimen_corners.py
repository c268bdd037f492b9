"""Every corner that tools are known to disagree about has a case of its own."""

import operator
import unicodedata

import pytest
import yaml
from pydantic import ValidationError

from harness.datasets.specimens import corners as module
from harness.datasets.specimens.corners import Corner, corners

NUMBERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
V2 = {"bool": "|b1", "int8": "|i1", "uint8": "|u1"} | {
    f"{kind}{8 * size}": f"<{kind[0]}{size}"
    for kind, sizes in (("int", (2, 4, 8)), ("uint", (2, 4, 8)), ("float", (2, 4, 8)), ("complex", (8, 16)))
    for size in sizes
}
V3 = ("bool", *NUMBERS, "float16", "complex64", "complex128", "string")


def every_codec(document):
    """Yield every codec and filter of a document as name and configuration, those inside of shards too."""
    if document.get("zarr_format") == 2:
        compressor = document.get("compressor")
        for config in [*(document.get("filters") or []), *([compressor] if compressor else [])]:
            yield config["id"], config
        return
    for codec in document.get("codecs", []):
        if isinstance(codec, str):
            yield codec, {}
            continue
        config = codec.get("configuration", {})
        yield codec["name"], config
        if codec["name"] == "sharding_indexed":
            yield from every_codec(config)


def codec_of(document, name):
    return next((config for found, config in every_codec(document) if found == name), None)


def sharding(document):
    return codec_of(document, "sharding_indexed") if document.get("zarr_format") == 3 else None


def has(version, codec, **config):
    def check(_specimen, _node, document):
        found = codec_of(document, codec)
        return (
            document.get("zarr_format") == version and found is not None and config.items() <= found.items()
        )

    return check


def says(version, **fields):
    def check(_specimen, _node, document):
        return document.get("zarr_format") == version and all(
            name in document and document[name] == value and type(document[name]) is type(value)
            for name, value in fields.items()
        )

    return check


def shards(**config):
    def check(_specimen, _node, document):
        found = sharding(document)
        return found is not None and all(found.get(name) == value for name, value in config.items())

    return check


def index(*names, endian="little", location="end"):
    def check(_specimen, _node, document):
        found = sharding(document)
        return (
            found is not None
            and [codec["name"] for codec in found["index_codecs"]] == list(names)
            and found["index_codecs"][0]["configuration"]["endian"] == endian
            and found.get("index_location", "end") == location
        )

    return check


def both(*checks):
    return lambda specimen, node, document: all(check(specimen, node, document) for check in checks)


def on(name, value):
    return lambda _specimen, node, _document: getattr(node, name) == value


def must(value):
    return lambda specimen, _node, _document: specimen.must == value


def order_of(order, *, rank=None, inside=False, before=False):
    def check(_specimen, _node, document):
        found = sharding(document)
        where = found if inside and found else document
        names = [codec["name"] for codec in where.get("codecs", []) if isinstance(codec, dict)]
        transposes = [c for c in where.get("codecs", []) if isinstance(c, dict) and c["name"] == "transpose"]
        return (
            (found is not None) == (inside or before)
            and any(codec["configuration"]["order"] == order for codec in transposes)
            and (not before or names[:2] == ["transpose", "sharding_indexed"])
            and (rank is None or len(document["shape"]) == rank)
        )

    return check


def path_with(text):
    return lambda specimen, _node, _document: any(text in path for path in specimen.arrays)


def keys(version, declared, on_disk=None):
    def check(_specimen, node, document):
        if document.get("zarr_format") != version:
            return False
        if version == 2:
            said = document.get("dimension_separator")
        else:
            said = document["chunk_key_encoding"]
            said = said.get("configuration", {}).get("separator") if isinstance(said, dict) else "in short"
            if document["chunk_key_encoding"] == {"name": "v2"}:
                return False
        return said == declared and node.separator_on_disk == on_disk

    return check


LITTLE_AND_CRC = ("bytes", "crc32c")
CNAMES = ("blosclz", "lz4", "lz4hc", "zstd", "zlib", "snappy")
ODD = [[0, 10], [], [11], [9, 11]]
FILLS = (0, 7, "NaN", "Infinity", "-Infinity", True, -(2**63), 2**63 - 1, 2**53 + 1, 2**64 - 1, [1.5, -2.0])
SIXTEEN = {"name": "regular", "configuration": {"chunk_shape": [16, 16]}}


def v2_keys(separator):
    return {"name": "v2", "configuration": {"separator": separator}}


def grid(document):
    return document["chunk_grid"]["configuration"]["chunk_shape"]


def beyond(_specimen, _node, document):
    return sharding(document) is not None and all(map(operator.gt, grid(document), document["shape"]))


def ignorable(_specimen, _node, document):
    field = document.get("no_such_field")
    return document["zarr_format"] == 3 and isinstance(field, dict) and field["must_understand"] is False


def inner(name):
    return lambda _s, _n, document: bool(found := sharding(document)) and codec_of(found, name) is not None


CORNERS = {
    **{f"v2 {name}": says(2, dtype=dtype) for name, dtype in V2.items()},
    **{
        f"v2 big-endian {d}": says(2, dtype=d.replace("<", ">"))
        for d in V2.values()
        if d[0] == "<" and d != "<c16"
    },
    **{f"v3 {name}": says(3, data_type=name) for name in V3},
    **{
        f"v3 big-endian {d}": both(says(3, data_type=d), has(3, "bytes", endian="big"))
        for d in ("int16", "int32", "int64", "uint16", "uint32", "uint64", "float32", "float64", "complex64")
    },
    "v2 vlen-utf8": both(says(2, dtype="|O"), has(2, "vlen-utf8")),
    "v2 <U": says(2, dtype="<U5"),
    "v2 >U": says(2, dtype=">U5"),
    "v2 |S": says(2, dtype="|S6"),
    "v3 vlen-utf8": both(says(3, data_type="string"), has(3, "vlen-utf8")),
    "v2 struct": lambda _s, _n, d: isinstance(d.get("dtype"), list),
    "order C": says(2, order="C"),
    "order F": says(2, order="F"),
    "transpose 2-D": order_of([1, 0], rank=2),
    "transpose 3-D cyclic": order_of([1, 2, 0], rank=3),
    "transpose inside sharding": order_of([1, 0], inside=True),
    "transpose inside sharding, cyclic": order_of([1, 2, 0], inside=True),
    "sharding after transpose": order_of([1, 0], before=True),
    "sharding after transpose, cyclic": order_of([1, 2, 0], before=True),
    **{
        f"v{version} separator {declared}": keys(version, declared)
        for version in (2, 3)
        for declared in ("/", ".", None)
    },
    "v2 undeclared, but /": both(keys(2, None, "/"), must("read")),
    **{
        f"v{version} declared {one}, but {other}": both(keys(version, one, other), must("read"))
        for version in (2, 3)
        for one, other in ("/.", "./")
    },
    **{f"v3 keys v2 {sep}": says(3, chunk_key_encoding=v2_keys(sep)) for sep in "./"},
    "v3 keys v2 default": says(3, chunk_key_encoding={"name": "v2"}),
    "v2 no compressor": says(2, compressor=None),
    **{f"v2 blosc {cname}": has(2, "blosc", cname=cname) for cname in CNAMES},
    **{f"v3 blosc {cname}": has(3, "blosc", cname=cname) for cname in CNAMES},
    **{f"v2 blosc shuffle {shuffle}": has(2, "blosc", shuffle=shuffle) for shuffle in (0, 1, 2, -1)},
    **{
        f"v3 blosc {shuffle}": has(3, "blosc", shuffle=shuffle)
        for shuffle in ("noshuffle", "shuffle", "bitshuffle")
    },
    **{
        f"v{version} zstd checksum {checksum}": has(version, "zstd", checksum=checksum)
        for version, checksum in ((2, True), (3, True), (3, False))
    },
    "v2 zstd": has(2, "zstd", level=3),
    **{
        f"v{version} zstd without content size": both(
            has(version, "zstd"), on("zstd_content_size", value=False)
        )
        for version in (2, 3)
    },
    **{f"v{version} zstd negative level": has(version, "zstd", level=-5) for version in (2, 3)},
    **{
        f"v2 {name}": has(2, name)
        for name in ("gzip", "zlib", "lz4", "bz2", "delta", "fixedscaleoffset", "shuffle")
    },
    "v3 gzip": has(3, "gzip"),
    "v3 crc32c": both(has(3, "crc32c"), lambda _s, _n, d: sharding(d) is None),
    **{
        f"v3 numcodecs.{name}": both(has(3, f"numcodecs.{name}"), must("either"))
        for name in ("zlib", "bz2", "lz4", "shuffle", "delta", "fixedscaleoffset")
    },
    "index at the end": index(*LITTLE_AND_CRC),
    "index at the start": index(*LITTLE_AND_CRC, location="start"),
    "index at the end, no crc32c": index("bytes"),
    "index at the start, no crc32c": index("bytes", location="start"),
    "index big-endian": index(*LITTLE_AND_CRC, endian="big"),
    "index at the start, big-endian": index(*LITTLE_AND_CRC, endian="big", location="start"),
    "inner chunks absent, checkered": both(shards(), on("absent_inner", "checkered")),
    "inner chunks absent, all": both(shards(), on("absent_inner", "all")),
    "inner chunks absent, index at the start": both(
        shards(index_location="start"), on("absent_inner", "checkered")
    ),
    "shard larger than the array": beyond,
    "shard of one inner chunk": lambda _s, _n, d: (
        bool(found := sharding(d)) and found["chunk_shape"] == grid(d)
    ),
    "inner crc32c": inner("crc32c"),
    "inner blosc": inner("blosc"),
    **{
        f"v{version} fill value {value!r}": both(says(version, fill_value=value), on("absent", "checkered"))
        for version in (2, 3)
        for value in FILLS
    },
    "v2 fill value null": both(says(2, fill_value=None), on("absent", "none"), must("read")),
    "v2 fill value missing": lambda _s, _n, d: d.get("zarr_format") == 2 and "fill_value" not in d,
    "v3 fill value in hex": both(
        says(3, data_type="float32", fill_value="0x7fc00000"), on("absent", "checkered")
    ),
    "v3 fill value of complex NaN": says(3, fill_value=["NaN", "-Infinity"]),
    **{
        f"v{version} absent chunks {absent}": lambda _s, n, d, v=version, a=absent: (
            d.get("zarr_format") == v and n.absent == a
        )
        for version in (2, 3)
        for absent in ("checkered", "all")
    },
    **{f"v{version} shape {shape}": says(version, shape=shape) for version in (2, 3) for shape in ODD},
    **{
        f"v{version} chunk larger than the array": says(version, shape=[5, 6], **chunks)
        for version, chunks in ((2, {"chunks": [16, 16]}), (3, {"chunk_grid": SIXTEEN}))
    },
    **{
        f"v{version} consolidated {form}": lambda s, _n, _d, v=version, f=form: (
            s.zarr_format == v and s.consolidated == f
        )
        for version in (2, 3)
        for form in ("absent", "present", "stale")
    },
    "dimension names": says(3, dimension_names=["y", "x"]),
    "dimension names with null": says(3, dimension_names=[None, "x"]),
    "v3 ignorable field": both(must("read"), ignorable),
    "v3 unknown field": both(must("refuse"), says(3, no_such_field={"anything": 1})),
    "v2 unknown field": both(
        must("read"), lambda _s, _n, d: d.get("zarr_format") == 2 and "no_such_field" in d
    ),
    "v3 unknown codec": both(must("refuse"), has(3, "no-such-codec")),
    "v2 unknown codec": both(must("refuse"), has(2, "no-such-codec")),
    "v3 unknown grid": both(
        must("refuse"), lambda _s, _n, d: d.get("chunk_grid", {}).get("name") == "no-such-grid"
    ),
    "v3 unknown data type": both(must("refuse"), says(3, data_type="no-such-type")),
    **{f"path with {text}": path_with(text) for text in (" ", "(", ")", "%", "+", "#", "ö", "/")},
    "path of 200 characters": lambda s, _n, _d: any(len(path) == 200 for path in s.arrays),
    "wrong crc32c": both(must("refuse"), has(3, "crc32c"), lambda s, _n, _d: bool(s.files)),
}


@pytest.mark.parametrize("corner", CORNERS)
def test_each_corner_has_a_case(corner):
    check = CORNERS[corner]
    found = [
        specimen.name
        for specimen in corners()
        for node in specimen.arrays.values()
        if check(specimen, node, node.metadata)
    ]
    assert found, f"no case for {corner}"


def test_names_are_unique_and_titles_are_sentences_of_their_own():
    names = [specimen.name for specimen in corners()]
    assert len(set(names)) == len(names)
    assert all(name.startswith("corner-") for name in names)
    assert all(specimen.title and "$" not in specimen.title + specimen.name for specimen in corners())


def test_nothing_is_refused_or_free_without_a_word_in_its_document():
    plain = [module._PLAIN_V2, module._PLAIN_V3]
    elsewhere = {
        specimen.name
        for specimen in corners()
        if specimen.must != "read" and all(node.metadata in plain for node in specimen.arrays.values())
    }
    assert elsewhere == {
        "corner-v2-consolidated-stale",
        "corner-v3-dimension-names-absent-in-image",
    }


def test_threads_are_public_pages():
    urls = {url for specimen in corners() for url in specimen.urls}
    assert len(urls) > 50
    assert all(url.startswith("https://github.com/") and url.rpartition("/")[2] for url in urls)


def test_paths_are_composed():
    for specimen in corners():
        for path in specimen.arrays:
            assert unicodedata.normalize("NFC", path) == path


def test_each_choice_of_values_is_a_case_of_its_own(tmp_path):
    case = {
        "a-$n-$word": {
            "title": "of $word",
            "each": {"n": [1, 2], "word": {"x": "<u2", "y": ">u2"}},
            "v2": {"dtype": "$word"},
        }
    }
    file = tmp_path / "some.yaml"
    file.write_text(yaml.safe_dump(case))
    found = {one.name: (one.title, one.arrays["0"].metadata["dtype"]) for one in module._read(file)}
    assert found == {
        "corner-a-1-x": ("of x", "<u2"),
        "corner-a-1-y": ("of y", ">u2"),
        "corner-a-2-x": ("of x", "<u2"),
        "corner-a-2-y": ("of y", ">u2"),
    }


@pytest.mark.parametrize(
    "case", [{"title": "none"}, {"title": "both", "v2": {}, "v3": {}}, {"title": "?", "v4": {}}]
)
def test_a_case_has_one_document(case):
    with pytest.raises(ValidationError):
        Corner.model_validate(case)
