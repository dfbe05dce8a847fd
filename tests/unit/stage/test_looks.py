from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from clappper.core.planning.models import EnvironmentKind
from clappper.core.stage.environment import get_finish, list_textures
from clappper.core.stage.looks import LOOKS
from tools.demo_pack.textures import TILE_M

TEXTURES = Path(str(files("clappper.core") / "data" / "textures"))


@pytest.mark.parametrize("name", [n for n, look in LOOKS.items() if look.texture])
def test_look_texture_is_shipped_and_tiles_as_it_was_painted(name):
    look = LOOKS[name]
    assert (TEXTURES / look.texture).is_file()
    assert look.tile_m == TILE_M[look.texture]


@pytest.mark.parametrize("kind", get_args(EnvironmentKind))
def test_finish_of_every_kind_uses_known_looks(kind):
    finish = get_finish(kind)
    names = [finish.floor, finish.wall, finish.ceiling, finish.plinth, finish.accent]
    assert all(name in LOOKS for name in names if name)
    assert all((TEXTURES / name).is_file() for name in list_textures(kind))
