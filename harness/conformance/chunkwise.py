"""Explains answers in which whole chunks are wrong: fill value, another chunk's data, or else."""

import hashlib
import math

import numpy as np

from harness.conformance.digest import canonical_bytes
from harness.conformance.kinds import NUMBERS
from harness.conformance.mismatch import Array, Chunk, Mismatch, same, shown, varies
from harness.conformance.verdict import Verdict, wrong

LISTED = 10  # chunks named in a sentence
KEPT = 100  # chunks kept as evidence


def explain_fill(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks that are the fill value, or zeros, where the truth has data; and the reverse."""
    if found := _wrong_fill(mismatch):
        return found
    for value in _fill_values(mismatch):
        if bool(_holds_only(mismatch, mismatch.got, value)[mismatch.bad].all()):
            return _missing_data(mismatch, value)
    return None


def _fill_values(mismatch: Mismatch) -> list[Array]:
    """Return what a chunk that was not read may be filled with: the fill value, or zeros."""
    return [value for value in (mismatch.fill, np.zeros((), mismatch.got.dtype)) if value is not None]


def _holds_only(mismatch: Mismatch, array: Array, value: Array) -> Array:
    """Tell of each chunk whether the array has nothing but this value in it."""
    return mismatch.in_every_pixel(same(array, np.broadcast_to(value, array.shape)))


def _missing_data(mismatch: Mismatch, value: Array) -> Verdict:
    bad, fill = mismatch.bad, mismatch.fill
    is_fill = fill is None or bool(same(fill, value).all())
    zeros = "zeros" if value.dtype.kind in NUMBERS else shown(value)
    what = f"fill value ({shown(value)})" if is_fill else f"{zeros} (which is not the fill value)"
    if bad.all():
        head = "the one chunk" if bad.size == 1 else f"all {bad.size} chunks"
        sentence = f"{head} of {mismatch.asked.place} came back as {what} where data exist"
    else:
        sentence = f"{_count(bad)} are {what} where data exist{_named(mismatch, bad)}"
    return wrong("fill", sentence, **_listed(mismatch, bad), value=_plain(value), common=mismatch.common(bad))


def _wrong_fill(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks without data that came back as another constant than the fill value."""
    bad, fill = mismatch.bad, mismatch.fill
    if fill is None or not bool(_holds_only(mismatch, mismatch.truth, fill)[bad].all()):
        return None
    values = mismatch.got[mismatch.differs]
    if varies(values):
        return None
    sentence = (
        f"{_count(bad)} hold no data and should be the fill value {shown(fill)}, "
        f"but came back as {shown(values)}{_named(mismatch, bad)}"
    )
    return wrong("wrong-fill", sentence, **_listed(mismatch, bad), expected=_plain(fill), got=_plain(values))


def explain_misplaced(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks that hold the pixels of other chunks (swapped keys, a buffer used again)."""
    bad = mismatch.bad
    if bad.size == 1:
        return None
    shapes = {mismatch.got[box].shape for _, box in mismatch.boxes(bad)}
    homes = {shape: _homes(mismatch, shape) for shape in shapes}
    moves: list[tuple[Chunk, Chunk]] = []
    for chunk, box in mismatch.boxes(bad):
        got = mismatch.got[box]
        home = homes[got.shape].get(_print(got))
        if home is None or not varies(got):
            return None
        moves.append((chunk, home))
    (chunk, home), others = moves[0], len(moves) - 1
    more = f", and {others} more" if others else ""
    return wrong(
        "chunks-misplaced",
        f"{_count(bad)} hold the pixels of others: chunk {list(chunk)} has those of {list(home)}{more}",
        **_listed(mismatch, bad),
        homes=[list(home) for _, home in moves[:KEPT]],
    )


def _homes(mismatch: Mismatch, shape: tuple[int, ...]) -> dict[bytes, Chunk]:
    """Return the chunks by their pixels, as far as a chunk of this shape shows of them."""
    homes: dict[bytes, Chunk] = {}
    for chunk, box in mismatch.boxes(np.ones_like(mismatch.bad)):
        seen = mismatch.truth[box][tuple(map(slice, shape))]
        if seen.shape == shape:
            homes.setdefault(_print(seen), chunk)
    return homes


def explain_chunks(mismatch: Mismatch) -> Verdict | None:
    """List the chunks that differ, if others are right: then the chunk is the cause, whatever befell it."""
    bad = mismatch.bad
    if bad.all():
        return None
    filled = np.zeros_like(bad)
    for value in _fill_values(mismatch):
        filled |= _holds_only(mismatch, mismatch.got, value)
    empty = int((filled & bad).sum())
    ragged = _ragged(mismatch)
    named = f": all those at the ragged edge of {' and '.join(ragged)}" if ragged else _named(mismatch, bad)
    sentence = f"{_count(bad)} differ{named}; {mismatch.share} are wrong"
    sentence += f", and {empty} of these chunks are fill value" if empty else ""
    return wrong(
        "chunks-differ",
        sentence,
        **_listed(mismatch, bad),
        pixels=mismatch.count,
        filled=empty,
        ragged=ragged,
    )


def _ragged(mismatch: Mismatch) -> list[str]:
    """Name the axes at whose edge the last chunk is cut, if just all those chunks are wrong."""
    asked, bad = mismatch.asked, mismatch.bad
    cut: dict[str, Array] = {}
    for axis, name in enumerate(asked.axes):
        last, rest = divmod(asked.stored.shape[axis], asked.chunks[axis])
        if last and rest:
            at_edge = mismatch.places(axis) == last
            cut[name] = np.moveaxis(np.broadcast_to(at_edge, np.moveaxis(bad, axis, -1).shape), -1, axis)
    for names in [*([name] for name in cut), list(cut)]:
        if names and np.array_equal(np.logical_or.reduce([cut[name] for name in names]), bad):
            return names
    return []


def _count(grid: Array) -> str:
    """Say how many of the chunks are marked: `24 of 96 chunks`."""
    return f"{int(grid.sum())} of {grid.size} chunks"


def _named(mismatch: Mismatch, grid: Array) -> str:
    """Say which chunks are marked: by what they share, and by their indices where these are few."""
    chunks = mismatch.chunks_where(grid)
    listed = ", ".join(str(list(chunk)) for chunk in chunks) if len(chunks) <= LISTED else ""
    common = mismatch.common(grid) if len(chunks) > 1 else []
    if not common:
        return f": {listed}" if listed else ""
    places = [said for said in common if said.startswith("plane")]
    indices = [said for said in common if said not in places]
    shared = f": all{' in ' if places else ''}{' and '.join(places)}"
    shared += f"{' with ' if indices else ''}{' and '.join(indices)}"
    every = math.prod(n for n, said in zip(grid.shape, mismatch.shares(grid), strict=True) if not said)
    return f"{shared} ({listed})" if listed and len(chunks) < every else shared


def _listed(mismatch: Mismatch, grid: Array) -> dict[str, object]:
    chunks = [list(chunk) for chunk in mismatch.chunks_where(grid)]
    return {"chunks": chunks[:KEPT], "count": len(chunks), "of": int(grid.size)}


def _print(pixels: Array) -> bytes:
    return hashlib.sha256(canonical_bytes(pixels)).digest()


def _plain(value: Array) -> object:
    """Return one value as JSON can carry it."""
    one = value.flat[0]
    one = one.item() if isinstance(one, np.generic) else one
    if isinstance(one, bool | int | str):
        return one
    return one if isinstance(one, float) and math.isfinite(one) else str(one)
