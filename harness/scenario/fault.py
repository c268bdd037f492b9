"""Faults: what the store, or the way to it, does wrong once a tool asks for a certain object."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from harness.scenario.strict import Strict

# What a tool made of a fault. right: the true answer, recovered; raised: it said so; fill: fill value in
# place of data, silently; wrong: other data, silently; stuck: still going at the deadline; crashed: it ended
FaultClass = Literal["right", "raised", "fill", "wrong", "stuck", "crashed"]

# What a fault befalls. data: chunks (or shards) that the operation needs; metadata: the array's own;
# group: the image's own; everything: every request
Target = Literal["data", "metadata", "group", "everything"]

# What is in the store after a write. nothing: no image; old: the one that was there before, whole; new: what
# was asked for, whole; half: anything else
Left = Literal["nothing", "old", "new", "half"]


class Refusal(Strict):
    """Answer with an error. `hidden`: the object is missing from listings too."""

    does: Literal["status"]
    status: int = Field(ge=400, le=599)
    code: str = Field(default="", pattern=r"^[A-Za-z]*$", description="S3's error code; default: by status")
    hidden: bool = False


class Refused(Strict):
    """Accept no connection any more: the request is cut off, and the port is closed."""

    does: Literal["refuse"]


class Reset(Strict):
    """Reset the connection: `before` the answer, in the `middle` of its body, or `every` so many bytes."""

    does: Literal["reset"]
    at: Literal["before", "middle", "every"] = "before"
    every: int = Field(default=0, ge=0, description="Bytes of the body on one connection")

    @model_validator(mode="after")
    def _every_has_its_number(self) -> Self:
        if (self.at == "every") != (self.every > 0):
            raise ValueError("`every` goes with `at: every`, and needs a number of bytes")
        return self


class Truncated(Strict):
    """Send half of the body, then end; Content-Length is that of all of it (`right`) or of the half."""

    does: Literal["truncate"]
    content_length: Literal["right", "wrong"]


class Stalled(Strict):
    """Send half of the body, then nothing more, and keep the connection."""

    does: Literal["stall"]


class Dripping(Strict):
    """Send the body slowly."""

    does: Literal["drip"]
    bytes_per_s: int = Field(ge=1)


class OtherRange(Strict):
    """Answer a range request with another range of the object, and say so in Content-Range."""

    does: Literal["other-range"]


class Flipped(Strict):
    """Flip one bit, in the middle of the `body` of each answer, or in the `index` of a shard."""

    does: Literal["flip"]
    where: Literal["body", "index"] = "body"


class Rewritten(Strict):
    """Give the object another ETag with each answer, as if it were written again and again."""

    does: Literal["new-etag"]


class Killed(Strict):
    """Kill the tool's own process, as a power cut would, and let the request come to nothing."""

    does: Literal["kill"]


DEEDS = (
    *(Refusal, Refused, Reset, Truncated, Stalled, Dripping),
    *(OtherRange, Flipped, Rewritten, Killed),
)
Deed = Annotated[
    Refusal | Refused | Reset | Truncated | Stalled | Dripping | OtherRange | Flipped | Rewritten | Killed,
    Field(discriminator="does"),
]


class Fault(Strict):
    """One fault, and what a tool may make of it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")
    target: Target = "data"
    number: int = Field(
        default=0,
        ge=0,
        description="Which of the data objects, from 0: by key (reading), by arrival (writing)",
    )
    times: int | None = Field(default=None, ge=1, description="How many requests it befalls; unset: for ever")
    spreads: bool = Field(default=False, description="Once met, it befalls every later request too")
    deed: Deed
    expect: tuple[FaultClass, ...] = Field(
        min_length=1, description="What the specification or reason allows"
    )
    because: str = Field(description="Why just these")
    deadline: float | None = Field(
        default=None, gt=0, le=3600, description="Seconds for the operation; default: the scenario's `run`"
    )
