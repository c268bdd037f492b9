"""What a worker is asked for each operation; `judging` says what is made of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harness.datasets.specimen import SpecimenTruth
from harness.datasets.truth import Truth
from harness.scenario import region
from harness.scenario.fit import region_of
from harness.scenario.location import Location
from harness.scenario.operation import Downsample, Inspect, ListArrays, Null, Open, Read, Validate
from harness.scenario.specimen import Specimen
from harness.tools.manifest import Convention
from harness.tools.protocol import (
    DownsampleRequest,
    InspectRequest,
    ListRequest,
    NullRequest,
    OpenArrayRequest,
    OpenRequest,
    ReadRequest,
    Request,
    ValidateRequest,
)

Array = np.ndarray[Any, np.dtype[Any]]
Asked = Null | Inspect | ListArrays | Open | Read | Downsample | Validate  # all operations but `write`


@dataclass(frozen=True)
class Question:
    """An operation on an image at a place; `truth` is what is there."""

    operation: Asked
    truth: Truth | SpecimenTruth
    place: Location | None  # None: `null`, which needs no image
    convention: Convention | None
    others: Mapping[str, Array] = field(default_factory=dict)  # that it could be mistaken for

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
        """What is read of the level, by stored axis order; of what must be refused, all that it claims."""
        if not self.truth.levels or not isinstance(self.operation, Read | Downsample):
            claimed = self.specimen.shape if self.specimen else None
            return tuple((0, length, 1) for length in claimed or ())
        truth = self.truth
        return region_of(self.operation, truth.axes, truth.levels[self.level].shape, truth.chunks)

    def opening(self) -> OpenRequest | OpenArrayRequest:
        """Return the request that opens the level, or the array."""
        if self.specimen and self.specimen.array is not None:
            return OpenArrayRequest(store=self._there(), path=self.specimen.array)
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
                factor=tuple(operation.factor.get(name, 1) for name in self.truth.axes),
                method=operation.method,
                save_to=saved,
            )
        return self._request_without_handle(operation)

    def _request_without_handle(self, operation: Asked) -> Request:
        if isinstance(operation, Open):
            return self.opening()
        if isinstance(operation, Inspect):
            return InspectRequest(store=self._there())
        if isinstance(operation, Validate):
            kind = self.specimen.kind if self.specimen else "image"
            return ValidateRequest(store=self._there(), scope=operation.scope, kind=kind)
        return ListRequest(store=self._there()) if isinstance(operation, ListArrays) else NullRequest()

    @property
    def is_outside(self) -> bool:
        """Whether what is asked for is not there."""
        return isinstance(self.operation, Read) and self.operation.selection == "outside"

    @property
    def has_true_pixels(self) -> bool:
        """Whether pixels are the right answer."""
        return isinstance(self.operation, Read) and bool(self.truth.levels) and not self.is_outside

    def true_pixels(self) -> Array:
        """Return the pixels of the right answer."""
        return np.asarray(self.truth.levels[self.level][region.index(self.region)])

    @property
    def specimen(self) -> Specimen | None:
        """What is asked about, where it is written out node by node."""
        return self.truth.specimen if isinstance(self.truth, SpecimenTruth) else None

    def _there(self) -> Location:
        if self.place is None:
            raise ValueError("this operation needs an image")
        return self.place
