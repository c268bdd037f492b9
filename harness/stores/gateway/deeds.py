"""What faults do to requests. Each strikes only where there is something for it to do."""

import secrets
from dataclasses import dataclass
from urllib.parse import unquote

from harness.scenario import fault
from harness.stores.gateway import bodies, listing, said
from harness.stores.gateway.bodies import Body, CutError
from harness.stores.gateway.exchange import Exchange
from harness.stores.gateway.heads import Headers, value_of, with_value, without
from harness.stores.gateway.injection import Aim
from harness.stores.gateway.record import given_range
from harness.stores.gateway.signing import Keys, signed_anew
from harness.stores.gateway.upstream import Answer, Upstream, UpstreamError
from harness.stores.gateway.watch import Watch


@dataclass(frozen=True)
class Scene:
    """Where a deed is done."""

    aim: Aim
    upstream: Upstream
    watch: Watch
    keys: Keys | None


async def befall(exchange: Exchange, scene: Scene) -> None:
    """Do to a request what the fault does; raises CutError where that is to reset the connection."""
    match scene.aim.deed:
        case fault.Refusal(status=status, code=code):
            await _refuse(exchange, scene, status, code)
        case fault.Refused():
            await _cut(exchange, scene, everywhere=True)
        case fault.Killed() | fault.Reset(at="before"):
            await _cut(exchange, scene, everywhere=False)
        case _ if exchange.method not in {"GET", "HEAD"}:
            await _befall_upload(exchange, scene)
        case fault.Reset(at="every", every=every):
            await _reset_every(exchange, scene, every)
        case fault.OtherRange():
            await _give_other_range(exchange, scene)
        case fault.Rewritten():
            await _rewrite(exchange, scene)
        case _:
            await _spoil(exchange, scene)


async def hide(exchange: Exchange, scene: Scene) -> None:
    """Give a listing without the objects that the fault hides."""
    bucket, _, name = unquote(scene.watch.prefix).partition("/")
    hidden = frozenset(f"{name}/{key}" for key in scene.aim.injection.keys)
    async with exchange.ask(scene.upstream) as answer:
        if unquote(exchange.path).strip("/") != bucket or answer.status != 200 or not scene.aim.may_strike:
            await exchange.give_answer(answer)
            return
        body = await _all_of(answer)
        try:
            plain, headers = listing.opened(body, answer.headers)
        except ValueError as problem:
            raise UpstreamError(f"the store answered what was not understood: {problem}") from problem
        left = listing.hide(plain, hidden)
        if left == plain or not scene.aim.strike(exchange.record):
            await exchange.give_answer(answer, bodies.just(body))
        else:
            await exchange.give_answer(answer, bodies.just(left), listing.fitted(left, headers))


async def _refuse(exchange: Exchange, scene: Scene, status: int, code: str) -> None:
    if scene.aim.strike(exchange.record):
        await exchange.take_body()
        await exchange.give_error(*said.error(status, exchange.path, code))
    else:
        await exchange.pass_on(scene.upstream)


async def _cut(exchange: Exchange, scene: Scene, *, everywhere: bool) -> None:
    if scene.aim.strike(exchange.record):
        raise CutError(everywhere=everywhere)
    await exchange.pass_on(scene.upstream)


async def _spoil(exchange: Exchange, scene: Scene) -> None:
    """Give an object, or a range of it, with another body."""
    async with exchange.ask(scene.upstream) as answer:
        spoilt = None
        if exchange.method == "GET" and answer.has_object and answer.length:
            index_bytes = scene.watch.index_bytes(exchange.record.key)
            spoilt = _spoilt(scene.aim.deed, answer, answer.length, index_bytes)
        if spoilt and scene.aim.strike(exchange.record):
            await exchange.give_answer(answer, *spoilt)
        else:
            await exchange.give_answer(answer)


def _spoilt(
    deed: fault.Deed, answer: Answer, length: int, index_bytes: int
) -> tuple[Body, Headers | None] | None:
    """Return another body for an answer, and the headers, if it needs others; None where all may stay."""
    half, headers, body = length // 2, None, None
    match deed:
        case fault.Reset():
            body = bodies.reset(answer.body(), half)
        case fault.Truncated(content_length=announced):
            body = bodies.first_of(answer.body(), half)
            if announced == "wrong":
                headers = with_value(answer.headers, b"content-length", b"%d" % half)
        case fault.Stalled():
            body = bodies.stalled(answer.body(), half)
        case fault.Dripping(bytes_per_s=bytes_per_s):
            body = bodies.dripped(answer.body(), bytes_per_s)
        case fault.Flipped(where=where):
            place = half if where == "body" else _place_of_index(answer, length, index_bytes)
            body = bodies.flipped(answer.body(), place) if 0 <= place < length else None
    return (body, headers) if body else None


def _place_of_index(answer: Answer, length: int, index_bytes: int) -> int:
    """Return where in the body a shard's index begins, with the offset of its first entry; -1: nowhere."""
    given = given_range(value_of(answer.headers, b"content-range"))
    start, _, total = given or (0, length, length)
    return total - index_bytes - start if index_bytes else -1


async def _reset_every(exchange: Exchange, scene: Scene, every: int) -> None:
    """Reset the connection where more would pass on it than it may, whatever is answered."""

    def may_pass() -> int:
        return max(every - exchange.connection.passed, 0)

    def strike() -> bool:
        return scene.aim.strike(exchange.record)

    async with exchange.ask(scene.upstream) as answer:
        await exchange.give_answer(answer, bodies.reset_past(answer.body(), may_pass, strike))


async def _befall_upload(exchange: Exchange, scene: Scene) -> None:
    """Take the body in another way than one should; the store hears of it only where it is all there."""
    length, passed = exchange.length, exchange.connection.passed
    match scene.aim.deed:
        case fault.Reset(at="middle") if scene.aim.strike(exchange.record):
            await exchange.take_part(1 if length is None else length // 2)
            raise CutError
        case fault.Reset(at="every", every=every) if (
            length is not None and passed + length > every and scene.aim.strike(exchange.record)
        ):
            await exchange.take_part(max(every - passed, 0))
            raise CutError
        case fault.Stalled() if scene.aim.strike(exchange.record):
            await exchange.take_body()
            await bodies.for_ever()
        case fault.Dripping(bytes_per_s=bytes_per_s) if length != 0 and scene.aim.strike(exchange.record):
            slowly = bodies.dripped(exchange.body(), bytes_per_s)
            async with exchange.ask(scene.upstream, slowly) as answer:
                await exchange.give_answer(answer)
        case _:
            await exchange.pass_on(scene.upstream)


async def _give_other_range(exchange: Exchange, scene: Scene) -> None:
    """Ask for what is wanted first, to learn how long the object is."""
    async with exchange.ask(scene.upstream) as answer:
        other = _other_range(answer) if exchange.method == "GET" else None
        if other is None or not scene.aim.strike(exchange.record):
            await exchange.give_answer(answer)
            return
    headers = with_value(exchange.headers, b"range", b"bytes=%d-%d" % (other[0], other[1] - 1))
    target, headers = signed_anew("GET", exchange.target, headers, scene.keys)
    async with scene.upstream.ask("GET", target, headers, None) as answer:
        if answer.status != 206:
            raise UpstreamError(f"the store did not give another range, but answered {answer.status}")
        await exchange.give_answer(answer)


def _other_range(answer: Answer) -> tuple[int, int] | None:
    """Return another range of the same length, apart from the given one if it can be; None: there is none."""
    given = given_range(value_of(answer.headers, b"content-range"))
    if answer.status != 206 or given is None:
        return None
    start, stop, total = given
    length = stop - start
    for other in (start - length, start + length, 0, total - length):
        if other != start and 0 <= other <= total - length:
            return other, other + length
    return None


async def _rewrite(exchange: Exchange, scene: Scene) -> None:
    """Give an ETag that was never there before; who wants the object of an older one gets none."""
    aim, headers, target = scene.aim, exchange.headers, exchange.target
    wanted = {tag.strip() for tag in value_of(headers, b"if-match").split(b",")} - {b"", b"*"}
    if wanted & aim.tags or (wanted and aim.may_strike):
        if not aim.strike(exchange.record):
            aim.note(exchange.record)
        await exchange.give_error(*said.error(412, exchange.path))
        return
    if aim.may_strike:
        headers = without(headers, b"if-none-match", b"if-modified-since")
    if headers != exchange.headers:
        target, headers = signed_anew(exchange.method, target, headers, scene.keys)
    async with scene.upstream.ask(exchange.method, target, headers, None) as answer:
        tag = b'"%s"' % secrets.token_hex(16).encode()
        others = with_value(answer.headers, b"etag", tag)
        if answer.has_object and others != answer.headers and aim.strike(exchange.record):
            aim.tags.add(tag)
            await exchange.give_answer(answer, headers=others)
        else:
            await exchange.give_answer(answer)


async def _all_of(answer: Answer) -> bytes:
    pieces, length = [], 0
    async for piece in answer.body():
        pieces.append(piece)
        length += len(piece)
        if length > listing.MOST_BYTES:
            raise UpstreamError("the store's listing is longer than any it should give")
    return b"".join(pieces)
