"""Assets that fail between being measured and being built: the rest of the scene is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pxr import Usd, UsdGeom

from clappper.core.casting import cast_assets
from clappper.core.errors import AssetUnresolvedError
from clappper.core.layout.solver import solve_layout
from clappper.core.make_request import MakeRequest, choose_format
from clappper.core.pipeline import build, certify, plan_scene
from clappper.core.run_folder import RunFolder
from clappper.core.sources import open_sources

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.catalog.models import Asset, AssetResolver

PROMPT = "A warehouse with 2 forklifts and 3 pallets."


class FailingResolver:
    """Finds everything but one noun, or finds a broken file for it."""

    def __init__(self, resolver: AssetResolver, noun: str, file: Path | None) -> None:
        self._resolver = resolver
        self._noun = noun
        self._file = file

    def resolve(self, asset: Asset) -> Path:
        if asset.noun != self._noun:
            return self._resolver.resolve(asset)
        if self._file is None:
            raise AssetUnresolvedError("The drive is gone: mount it again.")
        return self._file


@pytest.mark.parametrize("is_broken", [True, False], ids=["broken", "gone"])
def test_build_with_an_asset_that_fails_meanwhile_builds_the_rest_and_says_so(tmp_path, is_broken):
    sources = open_sources(None, ())
    catalog, resolver, roots = sources
    request = MakeRequest(PROMPT, is_filming=False)
    plan = plan_scene(catalog, request, lambda _: None).plan
    cast = cast_assets(plan, catalog, resolver)
    placements = solve_layout(plan, cast.compute_footprints(), seed=0)
    folder = RunFolder(tmp_path / "run")
    folder.prepare()
    file = tmp_path / "root" / "broken.usda"
    file.parent.mkdir()
    file.write_text("#usda 1.0\nno usd (")

    _, issues = build(
        plan,
        placements,
        cast,
        sources=sources._replace(
            resolver=FailingResolver(resolver, "forklift", file if is_broken else None),
            roots=(*roots, file.parent),
        ),
        form=choose_format(plan, request),
        folder=folder,
        on_event=lambda _: None,
    )

    assert {(i.code, i.severity) for i in issues} == {("ASSET_UNRESOLVED", "error")}
    assert any("its place is kept empty" in i.message for i in issues)
    stage = Usd.Stage.Open(str(folder.scene))
    items = stage.GetPrimAtPath("/World/Items").GetChildren()
    assert [len(item.GetChildren()) for item in items] == [2, 3]
    for item in items:
        for instance in item.GetChildren():
            hint = UsdGeom.ModelAPI(instance).GetExtentsHint()
            assert hint[1][2] > 0.1
            assert bool(instance.GetChild("asset").IsInstance()) == (item.GetName() != "forklift")
    folder.plan.write_text(plan.model_dump_json(), encoding="utf-8")
    certificate = certify(folder, plan, catalog_sha256="", seed=0, issues=issues)
    assert not certificate.ok
    assert "ASSET_UNRESOLVED" in {issue.code for issue in certificate.issues}
