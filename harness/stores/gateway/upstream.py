"""The one store that a gateway forwards to: asked once per request, with what the client sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from harness.stores.gateway.bodies import Body
from harness.stores.gateway.heads import Headers, end_to_end, length_of, value_of

_IDLE_SECONDS = 10.0  # less than servers keep an idle connection, so that none is closed as we use it
_MOST_HEADER = 1 << 16
_BUFFER = 1 << 16
_INVENTED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
_ERRORS = (aiohttp.ClientError, OSError, ValueError)


class UpstreamError(Exception):
    """The store was not reached, or did not go on."""


@dataclass
class Answer:
    """What the store answers; its body can be read once."""

    status: int
    reason: str
    headers: Headers
    length: int | None  # of the body, if that was announced
    closes: bool  # the connection, after this
    _response: aiohttp.ClientResponse

    @property
    def has_object(self) -> bool:
        """Whether an object, or a range of it, is what is answered."""
        return self.status in {200, 206}

    def take_at_hand(self) -> bytes:
        """Return what has arrived of the body so far; raises UpstreamError if it broke off."""
        content = self._response.content
        try:
            return b"" if content.at_eof() else content.read_nowait()
        except _ERRORS as problem:
            raise UpstreamError(f"the store broke off its answer: {problem}") from problem

    async def body(self) -> Body:
        """Yield the body, or what is left of it, as it comes; raises UpstreamError if it breaks off."""
        try:
            async for piece in self._response.content.iter_any():
                yield piece
        except _ERRORS as problem:
            raise UpstreamError(f"the store broke off its answer: {problem}") from problem


class Upstream:
    """The store, through a pool of connections that all sessions share."""

    def __init__(self, endpoint: str, session: aiohttp.ClientSession) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._session = session

    @asynccontextmanager
    async def ask(
        self, method: str, target: str, headers: Headers, body: Body | None
    ) -> AsyncIterator[Answer]:
        """Yield the store's answer to a request; raises UpstreamError. What is not read of it is dropped."""
        announced = body is not None or value_of(headers, b"content-length") != b""
        try:
            response = await self._session.request(
                method,
                URL(self._endpoint + target, encoded=True),
                headers=[(name.decode(), value.decode()) for name, value in headers],
                data=body,
                allow_redirects=False,
                middlewares=(_once,) if announced else (_unannounced, _once),
            )
        except _ERRORS as problem:
            raise UpstreamError(f"the store was not reached: {problem}") from problem
        try:
            answered, closes = end_to_end(response.raw_headers)
            yield Answer(
                response.status, response.reason or "", answered, length_of(answered), closes, response
            )
        finally:
            response.close()


@asynccontextmanager
async def open_upstream(endpoint: str) -> AsyncIterator[Upstream]:
    """Yield a store; its connections are closed at the end."""
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_INVENTED,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
        read_bufsize=_BUFFER,
        max_line_size=_MOST_HEADER,
        max_field_size=_MOST_HEADER,
    )
    async with session:
        yield Upstream(endpoint, session)


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request once: aiohttp would try again on a connection that was used before and is closed."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as problem:
        raise UpstreamError(f"the store was not reached: {problem}") from problem


async def _unannounced(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send a request without a body as it is: aiohttp would announce one of no length."""
    request.headers.pop("Content-Length", None)
    return await send(request)
