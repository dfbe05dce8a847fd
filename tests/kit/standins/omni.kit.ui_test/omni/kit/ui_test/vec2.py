"""A point of the app window [px]."""

from __future__ import annotations


class Vec2:
    """Made of another one, of a pair, or of two numbers."""

    def __init__(self, *args: Vec2 | tuple[float, float] | float) -> None:
        if len(args) == 1:
            args = tuple(args[0].to_tuple() if isinstance(args[0], Vec2) else args[0])
        self.x, self.y = (float(value) for value in args)

    def to_tuple(self) -> tuple[float, float]:
        return self.x, self.y

    def __add__(self, other: Vec2) -> Vec2:
        return Vec2(self.x + other.x, self.y + other.y)

    def __mul__(self, factor: float) -> Vec2:
        return Vec2(self.x * factor, self.y * factor)

    def __truediv__(self, divisor: float) -> Vec2:
        return Vec2(self.x / divisor, self.y / divisor)
