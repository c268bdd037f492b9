"""What a digest is made of: all that a model says. Equal digests mean that the same is done."""

from typing import Any

from pydantic import BaseModel

from harness.scenario.network import DIRECT, NETWORKS

# Fields younger than the digests in use, with the value that asks for nothing new. With it they don't count,
# and caches, torn runs and published results stay valid. A network was a name before it was a noun.
_YOUNGER = {
    "checksum": False,
    "crc32c": False,
    "overwrite": False,
    "faults": [],
    "wire": None,
    "selection": None,
    "exchange": False,
    "forms": ["ome-zarr"],
    "sometimes": False,
    "plate": None,
}
_DIRECT = NETWORKS[DIRECT].model_dump(mode="json")


def said(model: BaseModel) -> dict[str, Any]:
    """Return all that a model says, as JSON."""
    told: dict[str, Any] = _said(model.model_dump(mode="json"))
    return told


def _said(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    if value == _DIRECT:
        return DIRECT
    if isinstance(value, dict):
        return {
            name: _said(inner)
            for name, inner in value.items()
            if name not in _YOUNGER or inner != _YOUNGER[name]
        }
    return [_said(inner) for inner in value] if isinstance(value, list) else value
