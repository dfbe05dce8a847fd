"""The text of a stage's own layers, to tell whether anything of it has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pxr import Sdf, Usd

__all__ = ["StageText"]


@dataclass(frozen=True)
class StageText:
    """Root layer, sublayers and session layer as text, by identifier."""

    texts: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, stage: Usd.Stage) -> StageText:
        """Read the layers that a stage is made of; what they reference is not looked at."""
        layers = stage.GetLayerStack(includeSessionLayers=True)
        return cls(tuple((layer.identifier, layer.ExportToString()) for layer in layers))

    def with_layer(self, layer: Sdf.Layer) -> StageText:
        """Return the same with one layer's text as it is now."""
        name, text = layer.identifier, layer.ExportToString()
        return StageText(tuple((n, text if n == name else t) for n, t in self.texts))

    def find_difference(self, stage: Usd.Stage) -> str:
        """Return a sentence about the first difference to a stage, or nothing."""
        now = dict(StageText.read(stage).texts)
        names = [name for name, _ in self.texts]
        if names != list(now):
            return f"its layers were {', '.join(names)} and are {', '.join(now)}."
        for name, text in self.texts:
            if now[name] != text:
                return f"{name}, {_find_line(text, now[name])}"
        return ""


def _find_line(old: str, new: str) -> str:
    before, after = old.splitlines(), new.splitlines()
    for number, (was, now) in enumerate(zip(before, after, strict=False), start=1):
        if was != now:
            return f"line {number}: {was.strip()!r} became {now.strip()!r}."
    return f"its {len(before)} lines became {len(after)}."
