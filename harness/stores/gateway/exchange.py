"""One request under way: how its body is taken, how it is passed on, and how it is answered."""

import asyncio
from contextlib import AbstractAsyncContextManager, aclosing

from aiohttp import web

from harness.stores.gateway.bodies import Body, first_of
from harness.stores.gateway.door import Connection
from harness.stores.gateway.heads import Headers, end_to_end, head_bytes, length_of, value_of, with_value
from harness.stores.gateway.record import Record, note_range
from harness.stores.gateway.upstream import Answer, Upstream
from harness.stores.gateway.watch import Watch

_NO_BODY = frozenset({204, 304})


class Exchange:
    """A request and its answer."""

    def __init__(
        self, request: web.BaseRequest, target: str, record: Record, connection: Connection, watch: Watch
    ) -> None:
        self.target = target
        self.record = record
        self.connection = connection
        self.headers, self._asked_to_close = end_to_end(request.raw_headers)
        self.closes = not request.keep_alive or request.version < (1, 1)
        self._request = request
        self._watch = watch
        self._chunks = request.version >= (1, 1)
        expects = value_of(self.headers, b"expect").lower() == b"100-continue"
        self._waits = expects and request.version >= (1, 1)  # for our word that the body may come

    @property
    def method(self) -> str:
        """The method of the request."""
        return self._request.method

    @property
    def path(self) -> str:
        """The path that was asked for, as it was sent."""
        return self.target.partition("?")[0]

    @property
    def has_body(self) -> bool:
        """Whether the request has a body."""
        return self._request.body_exists

    @property
    def length(self) -> int | None:
        """The length of the request's body, if it is announced."""
        return length_of(self.headers) if self.has_body else 0

    async def body(self) -> Body:
        """Yield the request's body as it comes."""
        if self._waits:
            self._waits = False
            await self._request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        async for piece in self._request.content.iter_any():
            self.record.sent += len(piece)
            self.connection.passed += len(piece)
            yield piece

    async def take_body(self) -> None:
        """Take what is left of the body, unless the client waits to be asked for it."""
        if self._request.content.at_eof():
            return
        if self._waits:
            self.closes = True
            return
        await asyncio.sleep(0)  # who was reading it and was ended lets go of it
        async for _ in self.body():
            pass

    async def take_part(self, count: int) -> None:
        """Take so many bytes of the body, and perhaps some that came with them."""
        async for _ in first_of(self.body(), count):
            pass

    def ask(self, upstream: Upstream, body: Body | None = None) -> AbstractAsyncContextManager[Answer]:
        """Have the store answer the request; `body`, if given, in place of its own."""
        if body is None and self.has_body:
            body = self.body()
        return upstream.ask(self.method, self.target, self.headers, body)

    async def pass_on(self, upstream: Upstream) -> None:
        """Give what the store answers."""
        async with self.ask(upstream) as answer:
            await self.give_answer(answer)

    async def give_answer(
        self, answer: Answer, body: Body | None = None, headers: Headers | None = None
    ) -> None:
        """Give an answer of the store; `body` and `headers`, if given, in place of its own."""
        self.closes = self.closes or answer.closes
        given = answer.headers if headers is None else headers
        first = answer.take_at_hand() if body is None else b""
        await self.give(answer.status, answer.reason, given, first, answer.body() if body is None else body)

    async def give_error(self, status: int, reason: str, headers: Headers, body: bytes) -> None:
        """Give an error of our own."""
        if self.method == "HEAD":
            headers, body = with_value(headers, b"content-length", b"0"), b""
        await self.give(status, reason, headers, body, None)

    async def give(self, status: int, reason: str, headers: Headers, first: bytes, rest: Body | None) -> None:
        """Give status line, headers and body; the connection ends where less comes than was announced."""
        record, writer = self.record, self._request.writer
        bodiless = self.method == "HEAD" or status in _NO_BODY
        length = 0 if bodiless else length_of(headers)
        note_range(record, value_of(headers, b"content-range"), self._watch.index_bytes)
        framing: Headers = []
        if length is None and self._chunks:
            framing.append((b"Transfer-Encoding", b"chunked"))
        self.closes = self.closes or (length is None and not self._chunks) or self._waits
        if self.closes:
            framing.append((b"Connection", b"close"))
        head = head_bytes(status, reason, headers + framing)
        record.status, record.head = status, len(head)
        chunked = length is None and self._chunks
        if chunked or not first:
            await writer.write(head)
            head = b""
        if chunked:
            writer.enable_chunking()
        if not bodiless:
            await self._give_body(head, first, rest)
        if chunked:
            await writer.write_eof()
        if length is not None and not bodiless and record.received != length:
            self.closes = True

    async def _give_body(self, head: bytes, first: bytes, rest: Body | None) -> None:
        record, connection, writer = self.record, self.connection, self._request.writer
        if first:
            await writer.write(head + first)
            record.received += len(first)
            connection.passed += len(first)
        if rest is None:
            return
        async with aclosing(rest) as pieces:
            async for piece in pieces:
                await writer.write(piece)
                record.received += len(piece)
                connection.passed += len(piece)
