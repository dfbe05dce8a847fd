"""Reads prim specs of a layer field by field and accounts for every one.

What is there and was not asked for is an error, so that whoever writes a scene down in another form
loses nothing unseen.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from pxr import Gf, Sdf, Vt

from clappper.core.errors import StageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SpecReader", "Vector"]

Vector = tuple[float, ...]
_SINGLE = (Gf.Vec2f, Gf.Vec3f, Gf.Vec4f)
_DOUBLE = (Gf.Vec2d, Gf.Vec3d, Gf.Vec4d)


class SpecReader:
    """One prim spec: its metadata, attributes, relationships and children.

    Numbers come as short as they were written: single precision as the decimals it stands for.
    """

    def __init__(self, spec: Sdf.PrimSpec) -> None:
        self._spec = spec
        self._seen_fields = {"specifier", "typeName"}
        self._seen_properties: set[str] = set()

    @property
    def name(self) -> str:
        """Name of the prim."""
        return str(self._spec.name)

    @property
    def path(self) -> Sdf.Path:
        """Path of the prim."""
        return self._spec.path

    @property
    def type_name(self) -> str:
        """Schema type, or empty."""
        return str(self._spec.typeName)

    def refuse(self, reason: str) -> StageError:
        """Return the error that says what about this prim cannot be written down."""
        return StageError(
            f"{self._spec.path} {reason}, which the builder does not write: make the scene again."
        )

    @property
    def is_over(self) -> bool:
        """Whether it only says something of a prim another layer defines."""
        return bool(self._spec.specifier == Sdf.SpecifierOver)

    def list_children(self) -> list[SpecReader]:
        """Return the children in their order."""
        return [SpecReader(child) for child in self._spec.nameChildren]

    def find_field(self, key: str) -> object:
        """Return a metadatum, or None where it is not authored."""
        self._seen_fields.add(key)
        return self._spec.GetInfo(key) if self._spec.HasInfo(key) else None

    def has(self, name: str) -> bool:
        """Return whether there is a property of this name."""
        return name in self._spec.properties

    def find(self, name: str) -> object:
        """Return an attribute's default value, or None where it has none."""
        self._seen_properties.add(name)
        attribute = self._spec.attributes.get(name)
        has_value = attribute is not None and attribute.HasDefaultValue()
        return attribute.default if has_value else None

    def find_number(self, name: str) -> float | None:
        """Return an attribute that is a number, or None where it has no value."""
        value = self.find(name)
        if value is None:
            return None
        is_single = self._spec.attributes[name].typeName == Sdf.ValueTypeNames.Float
        return self._read_parts([value], is_single=is_single)[0]

    def find_vector(self, name: str) -> Vector | None:
        """Return an attribute that is a vector, or None where it has no value."""
        value = self.find(name)
        return None if value is None else self._read_vector(value)

    def read_number(self, name: str) -> float:
        """Return an attribute that is a number and must be there."""
        value = self.find_number(name)
        if value is None:
            raise self.refuse(f"has no {name}")
        return value

    def read_vector(self, name: str) -> Vector:
        """Return an attribute that is a vector and must be there."""
        value = self.find_vector(name)
        if value is None:
            raise self.refuse(f"has no {name}")
        return value

    def read_vectors(self, name: str) -> list[Vector]:
        """Return an attribute that is an array of vectors, empty where it has no value."""
        value = self.find(name)
        if value is not None and not hasattr(value, "__iter__"):
            raise self.refuse(f"has a {name} that is no array")
        return [self._read_vector(part) for part in value or ()]  # type: ignore[attr-defined]

    def read_samples(self, name: str) -> dict[float, Vector]:
        """Return an attribute's time samples by time code, in their order; a number as a vector."""
        self._seen_properties.add(name)
        layer, path = self._spec.layer, self._spec.path.AppendProperty(name)
        samples = {}
        for time in layer.ListTimeSamplesForPath(path):
            value = layer.QueryTimeSample(path, time)
            is_number = isinstance(value, float)
            samples[time] = self._read_parts([value]) if is_number else self._read_vector(value)
        return samples

    def find_matrix(self, name: str) -> Vector | None:
        """Return an attribute that is a 4x4 matrix, row by row, or None where it has no value."""
        value = self.find(name)
        if value is None:
            return None
        if not isinstance(value, Gf.Matrix4d):
            raise self.refuse(f"has a {name} that is no matrix")
        return self._read_parts(part for i in range(4) for part in value.GetRow(i))

    def read_target(self, name: str) -> Sdf.Path:
        """Return the only target of a relationship."""
        targets = self.read_targets().get(name, [])
        if len(targets) != 1:
            raise self.refuse(f"has {len(targets)} targets at {name}")
        return targets[0]

    def read_targets(self) -> dict[str, list[Sdf.Path]]:
        """Return the targets of every relationship."""
        found = {}
        for relationship in self._spec.relationships:
            self._seen_properties.add(relationship.name)
            found[relationship.name] = relationship.targetPathList.GetAddedOrExplicitItems()
        return found

    def read_tokens(self, name: str) -> list[str]:
        """Return an attribute that is an array of tokens, empty where it has no value."""
        value = self.find(name)
        if value is not None and not isinstance(value, Vt.TokenArray):
            raise self.refuse(f"has a {name} that is no array of tokens")
        return [str(token) for token in value or ()]

    def skip(self, *names: str) -> None:
        """Account for properties that follow from others."""
        self._seen_properties.update(names)

    def finish(self, type_name: str, kind: str | None = None) -> None:
        """Check type and kind, and that everything else was read; an over has no type.

        Raises:
            StageError: The prim is another one, or something else is authored on it.
        """
        is_known = self._spec.specifier == Sdf.SpecifierDef or (self.is_over and not type_name)
        if not is_known or self.type_name != type_name:
            raise self.refuse(f"is no {type_name or 'plain prim'}")
        if self.find_field("kind") != kind:
            raise self.refuse("is of another kind")
        fields = set(self._spec.ListInfoKeys()) - self._seen_fields
        names = {prop.name for prop in self._spec.properties} - self._seen_properties
        if fields or names:
            raise self.refuse(f"has {', '.join(sorted(fields | names))}")
        if self._spec.variantSets:
            raise self.refuse("has variants")

    def _read_vector(self, value: object) -> Vector:
        if not isinstance(value, (*_SINGLE, *_DOUBLE)):
            raise self.refuse(f"has a {type(value).__name__} in place of a vector")
        return self._read_parts(value, is_single=isinstance(value, _SINGLE))

    def _read_parts(self, values: Iterable[object], *, is_single: bool = False) -> Vector:
        values = tuple(values)
        parts = [value for value in values if isinstance(value, float) and math.isfinite(value)]
        if len(parts) != len(values):
            raise self.refuse("has a value that is no number")
        return tuple((float(str(np.float32(v))) if is_single else v) + 0.0 for v in parts)
