"""A passage: one session's way through the gateway, by a port of its own, with all that is seen on it."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from harness.results.wire import WireRequest, WireStep
from harness.scenario.fault import Refusal
from harness.stores.gateway import said
from harness.stores.gateway.bodies import CutError
from harness.stores.gateway.deeds import Scene, befall, hide
from harness.stores.gateway.door import Connection, Door
from harness.stores.gateway.exchange import Exchange
from harness.stores.gateway.heads import target_of
from harness.stores.gateway.injection import Aim, Injection
from harness.stores.gateway.record import Record
from harness.stores.gateway.signing import Keys
from harness.stores.gateway.upstream import Upstream, UpstreamError
from harness.stores.gateway.watch import Subject, Watch, names_in, subject

REFUSED_SECONDS = 0.3  # for so long connecting is refused each time, if the fault is to end
SETTLE_SECONDS = 3.0  # for so long the end of what is under way is waited for


@dataclass(frozen=True)
class Shared:
    """What all passages of a gateway share."""

    upstream: Upstream
    keys: Keys | None
    idle_seconds: float
    call: Callable[[Coroutine[Any, Any, None]], None]  # runs it in the gateway's thread, and waits for it


class Passage:
    """What one session asks for; its public parts may be used from any thread."""

    def __init__(self, watch: Watch, injection: Injection | None, shared: Shared) -> None:
        self._watch = watch
        self._aim = Aim(injection) if injection else None
        self._shared = shared
        self._step: WireStep = "open"
        self._records: list[Record] = []
        self._problems: list[Exception] = []  # of our own making
        self._connections = 0
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._door = Door(self._handle, shared.idle_seconds)
        self._reopening: asyncio.Task[None] | None = None
        self._opened = 0.0
        self._is_closed = False

    @property
    def endpoint(self) -> str:
        """The URL of the store, as the session is to see it."""
        return f"http://127.0.0.1:{self._door.port}"

    @property
    def prefix(self) -> str:
        """What is watched: the path that keys are below, "<bucket>/<dataset>"."""
        return self._watch.prefix

    @property
    def met(self) -> int:
        """How many requests the fault befell, those included that it cut off with others."""
        return self._aim.met if self._aim else 0

    @property
    def attempts(self) -> int:
        """How many requests were for what the fault befalls."""
        return self._aim.attempts if self._aim else 0

    def mark(self, step: WireStep) -> None:
        """Let requests that begin from now on belong to this step."""
        self._step = step

    def watch_prefix(self, prefix: str) -> None:
        """Watch another prefix from now on."""
        self._watch = replace(self._watch, prefix=prefix)

    def requests(self, trial: str, repeat: int) -> tuple[WireRequest, ...]:
        """Return all requests so far, in the order of their arrival, once none is under way.

        What is under way for longer than a few seconds is cut off, and told as it is then.
        """
        if not self._is_closed:
            self._shared.call(self._settle())
        if self._problems:
            raise self._problems[0]
        return tuple(record.told(trial, repeat, self._opened) for record in self._records)

    async def open(self) -> None:
        """Open the door."""
        await self._door.open()
        self._opened = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Close the door, and all connections."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._reopening:
            self._reopening.cancel()
        await self._door.close()
        await self._quiet.wait()

    async def _settle(self) -> None:
        try:
            await asyncio.wait_for(self._quiet.wait(), SETTLE_SECONDS)
        except TimeoutError:
            self._door.reset_all()
            await self._quiet.wait()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        target = target_of(request)
        connection = self._door.of(request)
        what = subject(self._watch, request.method, target or "/")
        record = self._begin(request, connection, what)
        exchange = Exchange(request, target or "/", record, connection, self._watch)
        try:
            if target is None:
                exchange.closes = True
                await exchange.give_error(*said.error(400, "/", message="only paths can be asked for"))
            else:
                await self._answer(exchange, what)
        except CutError as cut:
            await connection.flush()
            self._cut(connection, everywhere=cut.everywhere)
        except (
            ConnectionError,
            web.RequestPayloadError,
        ):  # of the client's; the record tells how far it came
            connection.abort()
        except Exception as problem:
            self._problems.append(problem)
            raise
        finally:
            self._end(record, connection)
        return _Given(keeps=not exchange.closes)

    async def _answer(self, exchange: Exchange, what: Subject) -> None:
        try:
            await self._serve(exchange, what)
        except UpstreamError as problem:
            if exchange.record.status:
                raise CutError from problem
            await exchange.take_body()
            await exchange.give_error(*said.error(502, exchange.path, message=f"Gateway: {problem}"))
        await exchange.take_body()

    async def _serve(self, exchange: Exchange, what: Subject) -> None:
        aim, upstream = self._aim, self._shared.upstream
        if aim is None:
            await exchange.pass_on(upstream)
            return
        scene = Scene(aim, upstream, self._watch, self._shared.keys)
        if aim.at(exchange.method, what, names_in(exchange.target)):
            await befall(exchange, scene)
        elif what.kind == "listing" and isinstance(aim.deed, Refusal) and aim.deed.hidden:
            await hide(exchange, scene)
        else:
            await exchange.pass_on(upstream)

    def _begin(self, request: web.BaseRequest, connection: Connection, what: Subject) -> Record:
        if connection.number is None:
            connection.number = self._connections
            self._connections += 1
        self._under_way += 1
        self._quiet.clear()
        agent = request.headers.get("User-Agent", "").encode("utf-8", "replace").decode()
        record = Record(
            number=len(self._records),
            step=self._step,
            method=sys.intern(request.method),
            key=sys.intern(what.key),
            kind=what.kind,
            user_agent=sys.intern(agent),
            connection=connection.number,
            in_flight=self._under_way,
            begin=asyncio.get_running_loop().time(),
        )
        self._records.append(record)
        connection.record = record
        return record

    def _end(self, record: Record, connection: Connection) -> None:
        record.end = connection.idle_since = asyncio.get_running_loop().time()
        connection.record = None
        self._under_way -= 1
        if not self._under_way:
            self._quiet.set()

    def _cut(self, connection: Connection, *, everywhere: bool) -> None:
        if not everywhere or self._aim is None:
            connection.reset()
            return
        self._door.shut()
        for record in self._door.under_way():
            self._aim.note(record)
        self._door.reset_all()
        if self._aim.fault.times is not None:
            self._reopening = asyncio.create_task(self._reopen())

    async def _reopen(self) -> None:
        await asyncio.sleep(REFUSED_SECONDS)
        if not self._door.is_open:
            await self._door.open()


class _Given(web.StreamResponse):
    """Tells aiohttp of an answer that was given already: it would add headers of its own."""

    def __init__(self, *, keeps: bool) -> None:
        super().__init__()
        self._keeps = keeps

    @property
    def keep_alive(self) -> bool:
        return self._keeps

    async def prepare(self, request: web.BaseRequest) -> None:  # noqa: ARG002 - aiohttp's
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """There is nothing left to write."""
