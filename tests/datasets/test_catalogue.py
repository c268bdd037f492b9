"""The named recipes."""

import pytest

from harness.datasets.catalogue import catalogue, named
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


def test_a_name_that_is_not_there_gets_a_suggestion():
    assert named("nuclei-0.5") is catalogue()["nuclei-0.5"]
    with pytest.raises(InputError, match=r"no dataset is named 'nucli-0\.5' -- did you mean nuclei-0\.5"):
        named("nucli-0.5")
    with pytest.raises(InputError, match=r"there are nuclei-0\.4, "):
        named("zzzz")
