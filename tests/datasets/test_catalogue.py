"""The named recipes."""

import pytest

from harness.datasets.build import build
from harness.datasets.catalogue import catalogue, named
from harness.datasets.needs import needs
from harness.datasets.sources import check_source
from harness.host.errors import InputError


@pytest.mark.parametrize("name", catalogue())
def test_every_recipe_can_be_made_from_its_source(name):
    check_source(catalogue()[name])


@pytest.mark.parametrize("image", ["nuclei", "idr-6001240", "microscopy-256mib"])
def test_the_forms_of_an_image_differ_in_storage_alone(image):
    forms = [catalogue()[f"{image}-{form}"] for form in ("0.4", "0.5", "0.5-sharded")]
    storage = {"name", "ome_zarr", "shards"}
    assert forms[0].model_dump(exclude=storage) == forms[1].model_dump(exclude=storage)
    assert forms[1].model_dump(exclude=storage) == forms[2].model_dump(exclude=storage)
    assert [form.ome_zarr for form in forms] == ["0.4", "0.5", "0.5"]
    assert forms[2].shards is not None


def test_the_look_alike_has_the_geometry_of_the_public_image():
    recipe = catalogue()["idr-6001240-0.4"]
    assert [recipe.level_shape(n) for n in range(3)] == [
        (2, 236, 275, 271),
        (2, 236, 137, 135),
        (2, 236, 68, 67),
    ]
    assert recipe.level_facts(0).scale == (1.0, 0.5002025531914894, 0.3603981534640209, 0.3603981534640209)
    assert [channel.label for channel in recipe.channels] == ["LaminB1", "Dapi"]


def test_the_astronaut_has_five_levels_up_to_3_2_micrometer():
    recipe = catalogue()["astronaut-0.4"]
    assert [recipe.level_facts(n).scale[-1] for n in range(5)] == [0.2, 0.4, 0.8, 1.6, 3.2]


@pytest.mark.parametrize("name", [name for name in catalogue() if name.startswith("specimen-")])
def test_reading_the_specimen_takes_four_objects_worth_spoiling(name):
    dataset = build(catalogue()[name])
    everything = tuple((0, length, 1) for length in dataset.recipe.shape)
    found = needs(dataset, None, [(0, everything)])
    stored = {path.relative_to(dataset.folder).as_posix() for path in dataset.folder.glob("0/**/[0-9]*")}
    assert set(found.keys) == {key for key in stored if (dataset.folder / key).is_file()}
    assert len(found.keys) == 4
    assert min((dataset.folder / key).stat().st_size for key in found.keys) > 2**16
    assert needs(dataset, None, [(0, (2, *everything[1:]))]).keys == found.keys


def test_the_specimen_is_the_same_in_all_forms_and_never_its_fill_value():
    forms = [recipe for name, recipe in catalogue().items() if name.startswith("specimen-")]
    storage = {"name", "ome_zarr", "chunks", "shards", "codec"}
    assert len(forms) == 9
    assert all(form.model_dump(exclude=storage) == forms[0].model_dump(exclude=storage) for form in forms)
    assert build(forms[0]).truth.levels[0].min() > 0


def test_a_name_that_is_not_there_gets_a_suggestion():
    assert named("nuclei-0.5") is catalogue()["nuclei-0.5"]
    with pytest.raises(InputError, match=r"no dataset is named 'nucli-0\.5' -- did you mean nuclei-0\.5"):
        named("nucli-0.5")
    with pytest.raises(InputError, match=r"there are nuclei-0\.4, "):
        named("zzzz")
