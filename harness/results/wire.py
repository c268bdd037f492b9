"""What crossed the wire: one line per request of a counting or faulty pass, as the store's side saw it."""

from typing import Literal

from pydantic import Field

from harness.scenario.fault import FaultClass, Left
from harness.scenario.strict import Strict

# What a key is. shard_index: a request for nothing but the index of a shard; shard: any other part, or all
KeyKind = Literal["metadata", "chunk", "shard", "shard_index", "listing", "other"]

WireStep = Literal["open", "operation"]  # open: before the operation itself, that it may begin


class WireRequest(Strict):
    """One HTTP request. Times are ms since the gateway opened for its session, bytes those of bodies."""

    trial: str
    repeat: int = Field(ge=0)  # which counting pass of this trial, each a process of its own
    number: int = Field(ge=0)  # in the order of arrival, from 0
    step: WireStep
    method: str
    key: str  # below the dataset; of a listing, the prefix
    kind: KeyKind
    start: int | None = None  # what was given of an object (Content-Range), half-open; None: no range request
    stop: int | None = None
    status: int  # 0: the connection was cut off instead
    sent: int = Field(ge=0)  # by the tool, in the body
    received: int = Field(ge=0)  # by the tool, in the body
    head: int = Field(ge=0)  # bytes of the answer's status line and headers
    begin_ms: float
    end_ms: float
    user_agent: str
    connection: int = Field(ge=0)  # of this session, from 0
    in_flight: int = Field(ge=1)  # requests under way when this one began, itself included
    fault: str = ""  # what befell it


class WireSeen(Strict):
    """How the requests of a trial were counted."""

    by: Literal["trace and gateway", "gateway"]  # the first: both saw the same requests, one by one
    repeats: int = Field(ge=1)
    needed_bytes: int | None = None  # stored size of the chunks that the operation needs; None: it needs none


class FaultSeen(Strict):
    """What a tool made of a fault."""

    name: str
    made: FaultClass
    allowed: tuple[FaultClass, ...]
    met: int = Field(ge=0)  # requests that it befell; 0: the tool never came across it
    attempts: int = Field(ge=0)  # requests for the faulty object
    ms: float = Field(ge=0)  # how long the operation took, opening included
    left: Left | None = None  # of a write: what a reader then sees
