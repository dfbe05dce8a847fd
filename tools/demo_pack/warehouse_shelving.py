"""Boltless shelving, empty and stocked with cartons and bins; the open side is the front."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from tools.demo_pack.mesh import Mesh, merge
from tools.demo_pack.model import AssetSpec, Model
from tools.demo_pack.polygon import fillet
from tools.demo_pack.shape import beam, box, cylinder, extrude, grid, slab
from tools.demo_pack.surface import (
    BLACK_PAINT,
    BLACK_PLASTIC,
    CARDBOARD,
    CARDBOARD_DARK,
    GALVANISED,
    LABEL_WHITE,
    PACKING_TAPE,
    RACK_BLUE,
    RACK_ORANGE,
    Surface,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = ["ASSETS"]

_SHELF_GREY = Surface("ShelfGrey", "#4a5058", 0.45, metallic=0.2)
_CHIPBOARD = Surface("Chipboard", "#b58f62", 0.85)
_BIN_BLUE = Surface("BinBlue", "#1d5fae", 0.4)
_BIN_RED = Surface("BinRed", "#b3261e", 0.4)
_BIN_YELLOW = Surface("BinYellow", "#e6b10e", 0.4)
_CARDBOARD_PALE = Surface("CardboardPale", "#cfae82", 0.85)
_SHELF_WIDTH, _SHELF_DEPTH, _SHELF_HEIGHT = 1.8, 0.6, 2.1
_SHELF_TOPS = (0.13, 0.62, 1.11, 1.6, 2.07)


def _build_shelving() -> Model:
    model = Model()
    x, y = _SHELF_WIDTH / 2.0, _SHELF_DEPTH / 2.0
    angle = fillet(
        [
            (-x, -y),
            (-x + 0.042, -y),
            (-x + 0.042, -y + 0.004),
            (-x + 0.004, -y + 0.004),
            (-x + 0.004, -y + 0.042),
            (-x, -y + 0.042),
        ],
        [0.003, 0.001, 0.001, 0.003, 0.001, 0.001],
        1,
        closed=True,
    )
    posts = extrude(angle, _SHELF_HEIGHT - 0.01).translate(z=0.01).mirrored("x").mirrored("y")
    model.add("Posts", RACK_BLUE, posts)
    foot = slab((-x - 0.002, -x + 0.048), (-y - 0.002, -y + 0.048), (0.0, 0.03), bevel=0.004)
    model.add("Feet", BLACK_PLASTIC, foot.mirrored("x").mirrored("y"))
    slot = grid(1, 1, lambda u, v: (0.008 * u - 0.004, 0.0, 0.022 * v)).translate(
        -x + 0.021, -y - 0.0007, 0.06
    )
    model.add("Slots", BLACK_PAINT, slot.array(40, z=0.05).mirrored("x").mirrored("y"))

    # The beam is a Z: a face, and a ledge the board lies on.
    front = merge(
        slab((-x + 0.005, x - 0.005), (-y + 0.004, -y + 0.008), (-0.055, 0.004), bevel=0.0015),
        slab((-x + 0.005, x - 0.005), (-y + 0.006, -y + 0.03), (-0.02, -0.016), bevel=0.0015),
        slab((-x + 0.005, x - 0.005), (-y + 0.002, -y + 0.009), (-0.03, -0.024), bevel=0.002),
    )
    side = slab((-x + 0.004, -x + 0.008), (-y + 0.005, y - 0.005), (-0.054, 0.003), bevel=0.0015)
    center = slab((-0.02, 0.02), (-y + 0.01, y - 0.01), (-0.05, -0.016), bevel=0.003)
    frame = merge(front.mirrored("y"), side.mirrored("x"), center)
    model.add("Beams", RACK_ORANGE, *(frame.translate(z=top) for top in _SHELF_TOPS))
    rivet = cylinder(0.006, 0.008, segments=8, axis="y").translate(-x + 0.021, -y - 0.004, -0.01)
    rivets = merge(rivet, rivet.translate(z=-0.03)).mirrored("x").mirrored("y")
    model.add("Rivets", GALVANISED, *(rivets.translate(z=top) for top in _SHELF_TOPS))
    board = slab((-x + 0.009, x - 0.009), (-y + 0.009, y - 0.009), (-0.016, 0.0), bevel=0.001)
    model.add("Decks", _CHIPBOARD, *(board.translate(z=top) for top in _SHELF_TOPS))
    cross = [
        beam((-x + 0.03, y - 0.006, 0.2), (x - 0.03, y - 0.006, 1.02), 0.004, 0.02),
        beam((-x + 0.03, y - 0.011, 1.02), (x - 0.03, y - 0.011, 0.2), 0.004, 0.02),
    ]
    model.add("BackBrace", _SHELF_GREY, *cross)
    return model


def _build_stocked_shelving() -> Model:
    model = _build_shelving()
    rng = random.Random(20)
    cartons: dict[Surface, list[Mesh]] = {CARDBOARD: [], _CARDBOARD_PALE: [], CARDBOARD_DARK: []}
    tapes: list[Mesh] = []
    labels: list[Mesh] = []
    for shelf, tallest in ((0, 0.36), (2, 0.34), (3, 0.3)):
        x = -_SHELF_WIDTH / 2.0 + 0.05
        while True:
            width, depth = rng.choice((0.26, 0.32, 0.38, 0.46)), rng.choice((0.36, 0.42, 0.5))
            if x + width > _SHELF_WIDTH / 2.0 - 0.04:
                break
            height = rng.uniform(0.5, 1.0) * tallest
            body, tape, label = _carton(width, depth, height)
            place = x + width / 2.0, rng.uniform(-0.03, 0.02), _SHELF_TOPS[shelf]
            turn = rng.uniform(-3.0, 3.0)
            tint = rng.choice((CARDBOARD, CARDBOARD, _CARDBOARD_PALE, CARDBOARD_DARK))
            cartons[tint].append(body.rotate("z", turn).translate(*place))
            tapes.append(tape.rotate("z", turn).translate(*place))
            labels.append(label.rotate("z", turn).translate(*place))
            x += width + rng.uniform(0.015, 0.06)
    for surface, bodies in cartons.items():
        model.add(f"Cartons{surface.name}", surface, *bodies)
    model.add("Tapes", PACKING_TAPE, *tapes)

    bins: dict[Surface, list[Mesh]] = {_BIN_BLUE: [], _BIN_RED: [], _BIN_YELLOW: []}
    contents: list[Mesh] = []
    for shelf, colours in (
        (1, (_BIN_BLUE, _BIN_BLUE, _BIN_RED, _BIN_YELLOW, _BIN_BLUE, _BIN_RED)),
        (4, (_BIN_YELLOW, _BIN_BLUE, _BIN_RED)),
    ):
        pitch = (_SHELF_WIDTH - 0.1) / 6.0
        for i, surface in enumerate(colours):
            body, fill, card = _picking_bin(0.255, 0.48, 0.21)
            place = -_SHELF_WIDTH / 2.0 + 0.05 + pitch * (i + 0.5), -0.02, _SHELF_TOPS[shelf]
            bins[surface].append(body.translate(*place))
            contents.append(fill.translate(*place))
            labels.append(card.translate(*place))
    for surface, bodies in bins.items():
        model.add(surface.name, surface, *bodies)
    model.add("BinContents", GALVANISED, *contents)
    model.add("Labels", LABEL_WHITE, *labels)
    return model


def _carton(width: float, depth: float, height: float) -> tuple[Mesh, Mesh, Mesh]:
    """Return body, tape and label of a plain carton whose front looks along -Y."""
    body = box((width, depth, height), (0.0, 0.0, height / 2.0), bevel=0.004)
    tape = merge(
        box((0.05, depth + 0.001, 0.001), (0.0, 0.0, height)),
        box((0.05, 0.001, 0.07), (0.0, -depth / 2.0, height - 0.035)),
    )
    label = box((0.09, 0.001, 0.06), (width * 0.22, -depth / 2.0, height * 0.42))
    return body, tape, label


def _picking_bin(width: float, depth: float, height: float) -> tuple[Mesh, Mesh, Mesh]:
    """Return body, contents and card of an open-fronted plastic bin whose front looks along -Y."""
    wall, front = 0.006, 0.45
    y = depth / 2.0
    side = extrude(
        fillet(
            [(-y, 0.0), (y, 0.0), (y, height), (-y + 0.14, height), (-y, height * front)],
            [0.008, 0.008, 0.01, 0.03, 0.01],
            2,
            closed=True,
        ),
        wall,
        bevel=0.002,
        axis="x",
    ).translate(-width / 2.0)
    body = merge(
        side.mirrored("x"),
        slab(
            (0.001 - width / 2.0, width / 2.0 - 0.001),
            (0.001 - y, y - 0.001),
            (0.0005, wall),
            bevel=0.002,
        ),
        slab(
            (0.0005 - width / 2.0, width / 2.0 - 0.0005),
            (y - wall, y),
            (0.001, height - 0.001),
            bevel=0.002,
        ),
        slab(
            (0.0005 - width / 2.0, width / 2.0 - 0.0005),
            (-y, -y + wall),
            (0.001, height * front),
            bevel=0.002,
        ),
        slab(
            (-width / 2.0 - 0.006, width / 2.0 + 0.006),
            (y - 0.012, y + 0.004),
            (height - 0.014, height),
            bevel=0.003,
        ),
    )
    fill = _heap(width - 2.0 * wall, depth - 2.0 * wall, height * 0.36)
    card = box((0.1, 0.001, 0.045), (0.0, -y - 0.0005, height * front * 0.55))
    return body, fill, card


def _heap(width: float, depth: float, height: float) -> Mesh:
    """Return a bumpy heap of small parts that fills a bin."""

    def at(u: float, v: float) -> Sequence[float]:
        bump = 0.02 * np.sin(31.0 * u + 3.0 * v) * np.sin(23.0 * v + 5.0 * u) + 0.012 * np.sin(
            61.0 * u * v + 2.0
        )
        slope = 0.35 * height * (v - 0.5)
        return (u - 0.5) * width, (v - 0.5) * depth, height + slope + float(bump)

    return grid(10, 14, at)


ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec(
        "IndustrialShelving_B01",
        "Warehouse_Demo/Storage/Shelving",
        _build_shelving,
        up_axis="Y",
        meters_per_unit=0.01,
    ),
    # The pivot of this one is at its left front foot.
    AssetSpec(
        "IndustrialShelving_B02_Stocked",
        "Warehouse_Demo/Storage/Shelving",
        _build_stocked_shelving,
        pivot=(-_SHELF_WIDTH / 2.0, -_SHELF_DEPTH / 2.0, 0.0),
    ),
)
