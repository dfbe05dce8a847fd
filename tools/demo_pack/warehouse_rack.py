"""Pallet racks, empty and loaded; the aisle side is the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model, Reference
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import beam, cylinder, extrude, grid, rounded_rectangle, slab
from tools.demo_pack.surface import (
    BLACK_PAINT,
    BLACK_PLASTIC,
    GALVANISED,
    LABEL_WHITE,
    RACK_BLUE,
    RACK_ORANGE,
    SAFETY_YELLOW,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["ASSETS"]

_RACK_WIDTH, _RACK_DEPTH, _RACK_HEIGHT = 2.8, 1.1, 3.8
_BEAM_TOPS = (1.2, 2.3, 3.4)
_DECK_TOP = 0.006
_PALLET_HEIGHT = 0.144


def _build_empty_rack() -> Model:
    model = Model()
    post_x, post_y = _RACK_WIDTH / 2.0 - 0.05, _RACK_DEPTH / 2.0 - 0.035
    post = extrude(_hat_section(0.1, 0.07), _RACK_HEIGHT, bevel=0.0).translate(-post_x, -post_y)
    uprights = post.mirrored("x").mirrored("y")
    braces = [_brace(-post_x, z, z) for z in (0.15, 1.05, 1.95, 2.85, 3.65)]
    braces += [
        _brace(-post_x, z, z + 0.86) if i % 2 else _brace(-post_x, z + 0.86, z)
        for i, z in enumerate((0.17, 1.07, 1.97))
    ]
    braces.append(_brace(-post_x, 2.87, 3.63))
    model.add("Uprights", RACK_BLUE, uprights, merge(*braces).mirrored("x"))

    model.add("Slots", BLACK_PAINT, _slots(post_x, _RACK_DEPTH / 2.0))

    foot = extrude(rounded_rectangle(0.17, 0.15, 0.015, 2), 0.01, bevel=0.002)
    bolt = cylinder(0.011, 0.022, segments=6).translate(0.06, 0.045, 0.008)
    feet = (
        merge(foot, bolt, bolt.rotate("z", 180.0))
        .translate(-post_x, -post_y)
        .mirrored("x")
        .mirrored("y")
    )
    model.add("BasePlates", GALVANISED, feet)

    guard = extrude(
        fillet(
            [
                (-0.075, 0.05),
                (-0.075, -0.06),
                (0.075, -0.06),
                (0.075, 0.05),
                (0.068, 0.05),
                (0.068, -0.053),
                (-0.068, -0.053),
                (-0.068, 0.05),
            ],
            [0.0, 0.012, 0.012, 0.0, 0.0, 0.006, 0.006, 0.0],
            2,
            closed=True,
        ),
        0.42,
    ).translate(-post_x, -post_y + 0.025, 0.012)
    model.add("PostGuards", SAFETY_YELLOW, guard.mirrored("x"))

    length = 2.0 * post_x - 0.1
    profile = fillet(
        [(-0.025, -0.12), (0.025, -0.12), (0.025, -0.03), (0.012, 0.0), (-0.025, 0.0)],
        0.006,
        1,
        closed=True,
    )
    bar = extrude(profile, length, axis="x").translate(-length / 2.0, -post_y)
    plate = slab((-0.022, 0.028), (-0.04, -0.034), (-0.17, 0.03), bevel=0.002).translate(
        -post_x + 0.02, -post_y + 0.0
    )
    lip = slab((0.045, 0.051), (-0.04, 0.03), (-0.17, 0.03), bevel=0.002).translate(
        -post_x, -post_y
    )
    level = merge(bar, plate.mirrored("x"), lip.mirrored("x"))
    level = merge(level, level.mirror("y"))
    model.add("Beams", RACK_ORANGE, *(level.translate(z=top) for top in _BEAM_TOPS))
    model.add(
        "WireDecks",
        GALVANISED,
        *(_wire_deck(length, post_y).translate(z=top) for top in _BEAM_TOPS),
    )
    pin = cylinder(0.007, 0.03, segments=6, axis="y").translate(
        -post_x + 0.025, -post_y - 0.06, -0.06
    )
    model.add(
        "SafetyPins",
        BLACK_PLASTIC,
        *(pin.mirrored("x").mirrored("y").translate(z=top) for top in _BEAM_TOPS),
    )
    load_sign = slab((-0.16, 0.16), (-post_y - 0.029, -post_y - 0.025), (-0.1, -0.025), bevel=0.001)
    model.add("LoadSigns", LABEL_WHITE, *(load_sign.translate(z=top) for top in _BEAM_TOPS[:2]))
    return model


def _hat_section(width: float, depth: float) -> NDArray[np.float64]:
    """Return the upright's section: a U with lips, open to +Y, its front face at y = -depth / 2."""
    x, y, sheet = width / 2.0, depth / 2.0, 0.006
    outline = [
        (-x, -y),
        (x, -y),
        (x, y),
        (x - 0.022, y),
        (x - 0.022, y - sheet),
        (x - sheet, y - sheet),
        (x - sheet, sheet - y),
        (sheet - x, sheet - y),
        (sheet - x, y - sheet),
        (0.022 - x, y - sheet),
        (0.022 - x, y),
        (-x, y),
    ]
    radii = [0.008, 0.008, 0.006, 0, 0, 0, 0.004, 0.004, 0, 0, 0, 0.006]
    return fillet(outline, radii, 2, closed=True)


def _brace(x: float, front_z: float, rear_z: float) -> Mesh:
    reach = _RACK_DEPTH / 2.0 - 0.06
    return beam((x, -reach, front_z), (x, reach, rear_z), 0.028, 0.045, bevel=0.005)


def _slots(post_x: float, face_y: float) -> Mesh:
    """Return flat dark marks a hair in front of the posts' outer faces: their punched slots."""
    mark = grid(1, 1, lambda u, v: (0.011 * u - 0.0055, 0.0, 0.034 * v))
    mark = mark.translate(-post_x, -face_y - 0.0008, 0.46).array(32, z=0.1)
    pair = merge(mark.translate(x=-0.026), mark.translate(x=0.026))
    return pair.mirrored("x").mirrored("y")


def _wire_deck(length: float, post_y: float) -> Mesh:
    panel, wire = length / 3.0 - 0.012, 0.005
    reach = post_y + 0.022
    across = slab((-panel / 2.0, -panel / 2.0 + wire), (-reach, reach), (0.0, wire)).array(
        10, x=(panel - wire) / 9.0
    )
    along = slab((-panel / 2.0, panel / 2.0), (-reach, -reach + wire), (0.001, 0.001 + wire)).array(
        12, y=(2.0 * reach - wire) / 11.0
    )
    lip = slab((-panel / 2.0, panel / 2.0), (-reach - wire, -reach), (-0.035, -0.03))
    drop = slab(
        (-panel / 2.0, -panel / 2.0 + wire),
        (0.0003 - reach - wire, 0.0003 - reach),
        (-0.034, 0.0045),
    ).array(10, x=(panel - wire) / 9.0)
    support = slab((-0.02, 0.02), (-post_y + 0.02, post_y - 0.02), (-0.03, 0.0), bevel=0.003)
    supports = merge(*(support.translate(x=panel * share) for share in (-0.32, 0.0, 0.32)))
    one = merge(across, along, lip, drop, supports)
    return one.translate(x=-length / 3.0).array(3, x=length / 3.0)


def _build_loaded_rack() -> Model:
    model = Model()
    model.references.append(Reference("Rack", "PalletRack_A01_Empty", (0.0, 0.0, 0.0)))
    floors = (0.0, *(top + _DECK_TOP for top in _BEAM_TOPS))
    loads = (
        ("cube", "long", "cube"),
        ("long", "mixed", "cube"),
        ("mixed", "cube", "long"),
        ("long", "low", "mixed"),
    )
    for level, (floor, row) in enumerate(zip(floors, loads, strict=True)):
        for bay, load in enumerate(row):
            # Pallets stand with the short side to the aisle; a real driver never hits the middle.
            x = (bay - 1) * 0.875 + (0.012, -0.018, 0.009, -0.006)[(level + bay) % 4]
            y = (-0.015, 0.01, 0.0)[(level + 2 * bay) % 3]
            prefix = f"Level{level}_Bay{bay}"
            model.references.append(
                Reference(f"{prefix}_Pallet", "WoodPallet_A01", (x, y, floor), 90.0)
            )
            for number, (name, dx, dy, dz, yaw) in enumerate(_boxes_on_pallet(load)):
                place = (x + dx, y + dy, floor + _PALLET_HEIGHT + dz)
                model.references.append(Reference(f"{prefix}_Box{number}", name, place, yaw))
    return model


def _boxes_on_pallet(load: str) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield (asset, x, y, z, yaw) per carton, from the middle of a pallet's top, 0.8 x 1.2 deep."""
    cube, long = "CubeBox_A01_40cm", "CardboardBox_B02_60x40x40cm"
    if load == "cube":
        for layer, column, row in np.ndindex(2, 2, 3):
            if (layer, column, row) != (1, 1, 0):
                turn = 90.0 * ((layer + column + 2 * row) % 4)
                yield cube, 0.402 * (column - 0.5), 0.402 * (row - 1), 0.4 * layer, turn
    elif load == "long":
        for layer, column, row in np.ndindex(2, 2, 2):
            yield (
                long,
                0.402 * (column - 0.5),
                0.602 * (row - 0.5),
                0.4 * layer,
                90.0 + 180.0 * ((layer + row) % 2),
            )
    elif load == "mixed":
        for column, row in np.ndindex(2, 2):
            yield long, 0.402 * (column - 0.5), 0.602 * (row - 0.5), 0.0, 90.0
        yield cube, -0.195, -0.34, 0.4, 2.0
        yield cube, 0.225, -0.1, 0.4, -3.0
        yield long, -0.1, 0.39, 0.4, 181.0
    else:
        for column, row in np.ndindex(2, 3):
            yield cube, 0.402 * (column - 0.5), 0.402 * (row - 1), 0.0, 90.0 * ((column + row) % 4)


ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("PalletRack_A01_Empty", "Warehouse_Demo/Storage/Racks", _build_empty_rack),
    AssetSpec("PalletRack_A02_Loaded", "Warehouse_Demo/Storage/Racks", _build_loaded_rack),
)
