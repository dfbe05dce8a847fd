"""Surface: a named UsdPreviewSurface material, and the palette the demo pack shares."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ALUMINIUM",
    "AMBER_LENS",
    "BLACK_PAINT",
    "BLACK_PLASTIC",
    "CARDBOARD",
    "CARDBOARD_DARK",
    "CHROME",
    "DARK_STEEL",
    "GALVANISED",
    "GLASS",
    "GREY_PAINT",
    "GREY_PLASTIC",
    "LABEL_WHITE",
    "LIGHT_LENS",
    "PACKING_TAPE",
    "PALLET_WOOD",
    "PALLET_WOOD_DARK",
    "RACK_BLUE",
    "RACK_ORANGE",
    "RED_LENS",
    "RUBBER",
    "SAFETY_ORANGE",
    "SAFETY_RED",
    "SAFETY_YELLOW",
    "SEAT_FABRIC",
    "STEEL",
    "WHITE_PAINT",
    "Surface",
    "compute_linear_rgb",
]


@dataclass(frozen=True)
class Surface:
    """What a material looks like.

    Attributes:
        name: Prim name, unique within an asset.
        color: sRGB colour as "#rrggbb".
        roughness: 0 mirror to 1 matt.
        metallic: 0 or 1, rarely between.
        opacity: 1 opaque; below 1 the renderer may look through.
        emissive: sRGB colour of emitted light, or None.
        emissive_strength: Factor on the emitted colour.
        clearcoat: Strength of a second, glossy layer: car paint, varnish.
    """

    name: str
    color: str
    roughness: float = 0.6
    metallic: float = 0.0
    opacity: float = 1.0
    emissive: str | None = None
    emissive_strength: float = 1.0
    clearcoat: float = 0.0


def compute_linear_rgb(color: str) -> tuple[float, float, float]:
    """Return a "#rrggbb" sRGB colour as linear Rec. 709 values, rounded to 1e-4."""
    encoded = [int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    r, g, b = (
        round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 4) for c in encoded
    )
    return r, g, b


SAFETY_YELLOW = Surface("SafetyYellow", "#f0b400", 0.35, clearcoat=0.4)
SAFETY_ORANGE = Surface("SafetyOrange", "#e8590c", 0.4, clearcoat=0.3)
SAFETY_RED = Surface("SafetyRed", "#b81d18", 0.35, clearcoat=0.4)
RACK_BLUE = Surface("RackBlue", "#1f4e9c", 0.4)
RACK_ORANGE = Surface("RackOrange", "#e8631a", 0.4)
BLACK_PAINT = Surface("BlackPaint", "#1b1c1e", 0.45)
GREY_PAINT = Surface("GreyPaint", "#5d6166", 0.5)
WHITE_PAINT = Surface("WhitePaint", "#e6e7e4", 0.45)
DARK_STEEL = Surface("DarkSteel", "#3b3d40", 0.45, metallic=0.8)
STEEL = Surface("Steel", "#9a9c9f", 0.35, metallic=1.0)
GALVANISED = Surface("Galvanised", "#a9aeb2", 0.45, metallic=0.9)
CHROME = Surface("Chrome", "#d5d7da", 0.12, metallic=1.0)
ALUMINIUM = Surface("Aluminium", "#c3c6c9", 0.32, metallic=1.0)
RUBBER = Surface("Rubber", "#1a1a1b", 0.85)
BLACK_PLASTIC = Surface("BlackPlastic", "#202124", 0.55)
GREY_PLASTIC = Surface("GreyPlastic", "#83868a", 0.55)
SEAT_FABRIC = Surface("SeatFabric", "#2b2d31", 0.9)
PALLET_WOOD = Surface("PalletWood", "#c3a077", 0.85)
PALLET_WOOD_DARK = Surface("PalletWoodDark", "#9c7b55", 0.9)
CARDBOARD = Surface("Cardboard", "#b98e5f", 0.85)
CARDBOARD_DARK = Surface("CardboardDark", "#8f6b45", 0.9)
PACKING_TAPE = Surface("PackingTape", "#d3b183", 0.25)
LABEL_WHITE = Surface("LabelWhite", "#efefea", 0.6)
GLASS = Surface("Glass", "#cfe0e4", 0.05, opacity=0.3)
LIGHT_LENS = Surface("LightLens", "#f4f4ee", 0.15, emissive="#fff4dc", emissive_strength=1.5)
AMBER_LENS = Surface("AmberLens", "#ff9a1f", 0.2, emissive="#ff8c14", emissive_strength=0.8)
RED_LENS = Surface("RedLens", "#b0150f", 0.2, emissive="#5a0805", emissive_strength=0.6)
