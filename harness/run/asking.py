"""What a worker is asked for each operation, and how its answer is judged against the truth it never saw."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.conformance.facts import judge_inspect
from harness.conformance.listing import judge_list
from harness.conformance.mismatch import Asked as AskedRegion
from harness.conformance.pixels import explain_pixels, judge_pixels
from harness.conformance.reduced import judge_downsample
from harness.conformance.verdict import Verdict, wrong
from harness.datasets.truth import Truth
from harness.scenario import region
from harness.scenario.location import Location
from harness.scenario.operation import Downsample, Inspect, ListArrays, Null, Open, Read
from harness.tools.manifest import Convention
from harness.tools.protocol import (
    Answer,
    DownsampleRequest,
    InspectRequest,
    ListRequest,
    NullRequest,
    OpenRequest,
    ReadRequest,
    Request,
)

Array = np.ndarray[Any, np.dtype[Any]]
Asked = Null | Inspect | ListArrays | Open | Read | Downsample  # all operations but `write`


@dataclass(frozen=True)
class Question:
    """An operation on an image at a place; `truth` is what is there."""

    operation: Asked
    truth: Truth
    place: Location | None  # None: `null`, which needs no image
    convention: Convention | None

    @property
    def level(self) -> int:
        """The level that the operation works on."""
        return self.operation.level if isinstance(self.operation, Open | Read) else 0

    @property
    def needs_a_handle(self) -> bool:
        """Whether a level must be opened before."""
        return isinstance(self.operation, Read | Downsample)

    @property
    def region(self) -> region.Region:
        """What is read of the level, by stored axis order."""
        asked = self.operation.region if isinstance(self.operation, Read | Downsample) else {}
        return region.resolve(asked, self.truth.recipe.axes, self.truth.levels[self.level].shape)

    def opening(self) -> OpenRequest:
        """Return the request that opens the level."""
        return OpenRequest(store=self._there(), level=self.level)

    def request(self, handle: str | None, save_to: Path | None = None) -> Request:
        """Return the request itself; with `save_to`, its pixels are to be saved there too."""
        operation = self.operation
        saved = str(save_to) if save_to else None
        if isinstance(operation, Read):
            return ReadRequest(handle=handle or "", region=self.region, save_to=saved)
        if isinstance(operation, Downsample):
            return DownsampleRequest(
                handle=handle or "",
                region=self.region,
                factor=tuple(operation.factor.get(name, 1) for name in self.truth.recipe.axes),
                method=operation.method,
                save_to=saved,
            )
        if isinstance(operation, Open):
            return self.opening()
        if isinstance(operation, Inspect):
            return InspectRequest(store=self._there())
        return ListRequest(store=self._there()) if isinstance(operation, ListArrays) else NullRequest()

    def judge(self, answer: Answer) -> Verdict:
        """Judge an answer; a verdict of kind `digest` asks for the pixels and for `explain`."""
        operation = self.operation
        if isinstance(operation, Null):
            return Verdict(right=True)
        if isinstance(operation, Inspect):
            return judge_inspect(self.truth.image, answer.image)
        if isinstance(operation, ListArrays):
            return judge_list(self.truth.array_paths, answer.arrays)
        if isinstance(operation, Open):
            return self._judge_opened(answer)
        if isinstance(operation, Downsample):
            return judge_downsample(
                self._true_pixels(), operation, self.truth.recipe.axes, answer, self.convention
            )
        return judge_pixels(self._true_pixels(), answer.dtype, answer.shape, answer.sha256)

    def explain(self, answer: Answer, pixels: Array) -> Verdict:
        """Explain wrong pixels; they may turn out to be right after all (NaN payloads, a tolerance)."""
        if isinstance(self.operation, Downsample):
            return judge_downsample(
                self._true_pixels(), self.operation, self.truth.recipe.axes, answer, self.convention, pixels
            )
        recipe = self.truth.recipe
        asked = AskedRegion(recipe.axes, self.level, self.region, recipe.chunks, self.truth.levels)
        return explain_pixels(self._true_pixels(), pixels, asked)

    def _judge_opened(self, answer: Answer) -> Verdict:
        level = self.truth.image.levels[self.level]
        if (answer.dtype, answer.shape) == (level.dtype, level.shape):
            return Verdict(right=True)
        sentence = (
            f"level {self.level} is {level.dtype} {list(level.shape)}, but was opened as {answer.dtype} "
        )
        return wrong("facts", sentence + str(list(answer.shape) if answer.shape is not None else None))

    def _true_pixels(self) -> Array:
        return np.asarray(self.truth.levels[self.level][region.index(self.region)])

    def _there(self) -> Location:
        if self.place is None:
            raise ValueError("this operation needs an image")
        return self.place
