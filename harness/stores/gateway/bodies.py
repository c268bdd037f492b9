"""Bodies as faults leave them: each takes a body as it comes, and yields what is given of it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Never

Body = AsyncGenerator[bytes, None]


class CutError(Exception):
    """The connection is to be reset now; `everywhere`, all of the session's are, and no other comes in."""

    def __init__(self, *, everywhere: bool = False) -> None:
        super().__init__()
        self.everywhere = everywhere


async def just(body: bytes) -> Body:
    """Yield a body that is at hand."""
    yield body


async def first_of(body: Body, count: int) -> Body:
    """Yield so many bytes of a body; no more is taken of it, but the rest of a piece."""
    left = count
    async with aclosing(body) as pieces:
        while left > 0:
            piece = await anext(pieces, b"")
            if not piece:
                return
            yield piece[:left]
            left -= len(piece)


async def reset(body: Body, count: int) -> Body:
    """Yield so many bytes of a body, and have the connection reset."""
    async with aclosing(first_of(body, count)) as pieces:
        async for piece in pieces:
            yield piece
    raise CutError


async def reset_past(body: Body, may_pass: Callable[[], int], strike: Callable[[], bool]) -> Body:
    """Yield a body until a piece is longer than what may still pass; have the connection reset there."""
    async with aclosing(body) as pieces:
        async for piece in pieces:
            left = may_pass()
            if len(piece) > left and strike():
                yield piece[:left]
                raise CutError
            yield piece


async def stalled(body: Body, count: int) -> Body:
    """Yield so many bytes of a body, and then nothing for as long as there is a client."""
    async with aclosing(first_of(body, count)) as pieces:
        async for piece in pieces:
            yield piece
    await for_ever()


async def dripped(body: Body, bytes_per_s: int) -> Body:
    """Yield a body slowly, some bytes ten times a second, or one less often."""
    step = max(bytes_per_s // 10, 1)
    async with aclosing(body) as pieces:
        async for piece in pieces:
            for begin in range(0, len(piece), step):
                drop = piece[begin : begin + step]
                yield drop
                await asyncio.sleep(len(drop) / bytes_per_s)


async def flipped(body: Body, place: int) -> Body:
    """Yield a body with the lowest bit of the byte at this place flipped."""
    begin = 0
    async with aclosing(body) as pieces:
        async for piece in pieces:
            at = place - begin
            begin += len(piece)
            if 0 <= at < len(piece):
                yield piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]
            else:
                yield piece


async def for_ever() -> Never:
    """Wait until the client goes, or the session ends."""
    while True:
        await asyncio.Event().wait()
