"""Writes prim specs of a layer: types, metadata, attributes and arcs, as ``Sdf`` alone does it.

No stage composes while specs are written, which is what makes a large scene quick. What the schemas
would say, such as an attribute's type and variability, the caller says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pxr import Sdf, Vt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Op",
    "apply_schemas",
    "author_attribute",
    "author_ops",
    "author_targets",
    "define_prim",
]

Types = Sdf.ValueTypeNames


class Op(NamedTuple):
    """One xformOp: its name without ``xformOp:``, and its value; None leaves it to time samples."""

    name: str
    type_name: Sdf.ValueTypeName
    value: object

    @property
    def attribute_name(self) -> str:
        """Name of its attribute."""
        return f"xformOp:{self.name}"


def define_prim(
    layer: Sdf.Layer, path: Sdf.Path, type_name: str = "Xform", *, kind: str = ""
) -> Sdf.PrimSpec:
    """Define a prim, below Xforms where nothing is above it yet; one that is there is kept.

    Args:
        layer: Layer to write.
        path: Absolute path of the prim.
        type_name: Schema type, or nothing where an arc brings it.
        kind: Model kind, or nothing.
    """
    spec = layer.GetPrimAtPath(path)
    if spec is not None:
        return spec
    if not path.IsRootPrimPath():
        define_prim(layer, path.GetParentPath())
    spec = Sdf.CreatePrimInLayer(layer, path)
    spec.specifier = Sdf.SpecifierDef
    if type_name:
        spec.typeName = type_name
    if kind:
        spec.kind = kind
    return spec


def author_attribute(
    spec: Sdf.PrimSpec,
    name: str,
    type_name: Sdf.ValueTypeName,
    value: object = None,
    *,
    is_uniform: bool = False,
) -> Sdf.AttributeSpec:
    """Create an attribute of a schema's, with a value unless that is None."""
    variability = Sdf.VariabilityUniform if is_uniform else Sdf.VariabilityVarying
    attribute = Sdf.AttributeSpec(spec, name, type_name, variability)
    if value is not None:
        attribute.default = value
    return attribute


def author_ops(spec: Sdf.PrimSpec, ops: Iterable[Op], then: Iterable[str] = ()) -> None:
    """Create xformOps and their order, the outermost first.

    Args:
        spec: Prim spec without xformOps.
        ops: What to create.
        then: Names of ops that other layers author, which stay in force inside ours.
    """
    order = []
    for op in ops:
        author_attribute(spec, op.attribute_name, op.type_name, op.value)
        order.append(op.attribute_name)
    tokens = Vt.TokenArray([*order, *then])
    author_attribute(spec, "xformOpOrder", Types.TokenArray, tokens, is_uniform=True)


def author_targets(spec: Sdf.PrimSpec, name: str, targets: Sequence[Sdf.Path]) -> None:
    """Create a relationship of a schema's."""
    relationship = Sdf.RelationshipSpec(spec, name, custom=False)
    relationship.targetPathList.explicitItems = targets


def apply_schemas(spec: Sdf.PrimSpec, *names: str) -> None:
    """Apply API schemas by name, in this order."""
    schemas = Sdf.TokenListOp()
    schemas.prependedItems = list(names)
    spec.SetInfo("apiSchemas", schemas)
