"""Explains answers in which whole chunks are wrong: fill value, another chunk's data, or else."""

import math

import numpy as np

from harness.conformance.digest import digest
from harness.conformance.mismatch import Array, Chunk, Mismatch, same, varies
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


def _fill_value(mismatch: Mismatch) -> Array | None:
    """Return the fill value in the pixels' dtype; None stands for an undefined one (Zarr v2 `null`)."""
    fill = mismatch.asked.fill_value
    with np.errstate(invalid="ignore"):
        return None if fill is None else np.asarray(fill).astype(mismatch.got.dtype)


def _fill_values(mismatch: Mismatch) -> list[Array]:
    """Return what a chunk that was not read may be filled with: the fill value, or zeros."""
    fill, dtype = _fill_value(mismatch), mismatch.got.dtype
    zeros = [np.zeros((), dtype)] if dtype.kind in "biufc" else []
    return zeros if fill is None else [fill, *zeros]


def _holds_only(mismatch: Mismatch, array: Array, value: Array) -> Array:
    """Tell of each chunk whether the array has nothing but this value in it."""
    return mismatch.in_every_pixel(same(array, np.broadcast_to(value, array.shape)))


def _missing_data(mismatch: Mismatch, value: Array) -> Verdict:
    bad, fill = mismatch.bad, _fill_value(mismatch)
    is_fill = fill is None or bool(same(fill, value).all())
    what = f"fill value ({_shown(value)})" if is_fill else "zeros (which is not the fill value)"
    if bad.all():
        head = "the one chunk" if bad.size == 1 else f"all {bad.size} chunks"
        sentence = f"{head} of {mismatch.asked.place} came back as {what} where data exist"
    else:
        sentence = f"{count_of(bad)} are {what} where data exist{_named(mismatch, bad)}"
    return wrong("fill", sentence, **_listed(mismatch, bad), value=_plain(value), common=mismatch.common(bad))


def _wrong_fill(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks without data that came back as another constant than the fill value."""
    bad, fill = mismatch.bad, _fill_value(mismatch)
    if fill is None or not bool(_holds_only(mismatch, mismatch.truth, fill)[bad].all()):
        return None
    values = mismatch.got[mismatch.differs]
    if varies(values):
        return None
    sentence = (
        f"{count_of(bad)} hold no data and should be the fill value {_shown(fill)}, "
        f"but came back as {_shown(values)}{_named(mismatch, bad)}"
    )
    return wrong("wrong-fill", sentence, **_listed(mismatch, bad), expected=_plain(fill), got=_plain(values))


def explain_misplaced(mismatch: Mismatch) -> Verdict | None:
    """Recognise chunks that hold the pixels of other chunks (swapped keys, a wrong separator or order)."""
    bad = mismatch.bad
    if bad.size == 1:
        return None
    homes: dict[str, Chunk] = {}
    for chunk, box in mismatch.boxes(np.ones_like(bad)):
        homes.setdefault(_print(mismatch.truth[box]), chunk)
    moves: list[tuple[Chunk, Chunk]] = []
    for chunk, box in mismatch.boxes(bad):
        home = homes.get(_print(mismatch.got[box]))
        if home is None or not varies(mismatch.got[box]):
            return None
        moves.append((chunk, home))
    (chunk, home), others = moves[0], len(moves) - 1
    more = f", and {others} more" if others else ""
    return wrong(
        "chunks-misplaced",
        f"{count_of(bad)} hold the pixels of others: chunk {list(chunk)} has those of {list(home)}{more}",
        **_listed(mismatch, bad),
        homes=[list(home) for _, home in moves[:KEPT]],
    )


def explain_chunks(mismatch: Mismatch) -> Verdict | None:
    """List the chunks that differ, if others are right: then the chunk is the cause, whatever befell it."""
    bad = mismatch.bad
    if bad.all():
        return None
    filled = np.zeros_like(bad)
    for value in _fill_values(mismatch):
        filled |= _holds_only(mismatch, mismatch.got, value)
    empty = int((filled & bad).sum())
    share = f"{mismatch.count} of {mismatch.got.size} pixels"
    sentence = f"{count_of(bad)} differ{_named(mismatch, bad)}; {share} are wrong"
    sentence += f", and {empty} of these chunks are fill value" if empty else ""
    return wrong("chunks-differ", sentence, **_listed(mismatch, bad), pixels=mismatch.count, filled=empty)


def count_of(grid: Array) -> str:
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


def _print(pixels: Array) -> str:
    return f"{pixels.shape} {digest(pixels)}"


def _shown(value: Array) -> str:
    return str(value.reshape(-1)[0])


def _plain(value: Array) -> object:
    """Return one value as JSON can carry it."""
    one = value.reshape(-1)[0].item()
    return one if isinstance(one, bool | int | str) else (one if np.isfinite(one) else str(one))
