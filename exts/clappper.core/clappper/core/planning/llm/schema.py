"""JSON schemas as strict endpoints and local grammars take them: no references, no limits.

They are the same bytes every time, so that servers can keep what they made of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

__all__ = ["make_strict_schema"]

#: What strict endpoints and local grammars all understand; limits are checked here afterwards.
_KEPT = ("type", "enum", "description", "additionalProperties")


def make_strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a model: every field required, nothing else allowed."""
    schema = model.model_json_schema()
    result = _reduce(schema, schema.get("$defs", {}))
    result.pop("description", None)
    return result


def _reduce(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _reduce(definitions[node["$ref"].rpartition("/")[2]], definitions)
    result = {key: node[key] for key in _KEPT if key in node}
    if "const" in node:
        result["enum"] = [node["const"]]
    if "items" in node:
        result["items"] = _reduce(node["items"], definitions)
    if "anyOf" in node:
        result["anyOf"] = [_reduce(option, definitions) for option in node["anyOf"]]
    if "properties" in node:
        result["required"] = list(node["properties"])
        result["properties"] = {
            name: _reduce(value, definitions) for name, value in node["properties"].items()
        }
    return result
