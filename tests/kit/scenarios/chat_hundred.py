"""A hundred distinct assets are built for the first time while Kit draws on."""

from pathlib import Path

from chat_support import count_instances, make_empty_stage
from scenario import main


def make_plan(assets):
    """Five assets an item, in a yard where everything has room."""
    from clappper.core.planning.models import ScenePlan

    nothing = {"object": None, "object2": None, "rows": None, "per_row": None}
    items = [
        {
            "id": f"thing_{number}",
            "noun": assets[number].noun,
            "asked": assets[number].noun,
            "count": 5,
            "asset_ids": [asset.asset_id for asset in assets[number : number + 5]],
            "attributes": [],
            "role": "subject",
        }
        for number in range(0, len(assets), 5)
    ]
    relations = [
        {"verb": "scatter", "subject": item["id"], "distance_m": None, "side": None, **nothing}
        for item in items
    ]
    return ScenePlan.model_validate(
        {
            "schema_version": 1,
            "title": "A hundred things",
            "environment": {
                "kind": "yard",
                "size_m": {"x": 60.0, "y": 60.0, "z": 6.0},
                "walls": None,
                "style": None,
                "density": None,
            },
            "items": items,
            "relations": relations,
            "camera": {
                "shot": "wide",
                "targets": [],
                "height_m": None,
                "focal_length_mm": None,
                "move": "static",
                "duration_s": None,
            },
            "lighting": {"mood": None},
            "output": {"frames": None, "fps": None, "width": None, "height": None},
            "misses": [],
            "assumptions": [],
        }
    )


def run(rig, report):
    import omni.usd

    from clappper.chat.filmer import LiveFilmer
    from clappper.chat.live_stage import LiveStage
    from clappper.chat.window import ChatWindow
    from clappper.core.catalog.models import Availability
    from clappper.core.catalog.store import open_catalog
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.session.chat import ChatSession
    from clappper.core.session.ports import PlannedRequest
    from clappper.core.studio import Studio, StudioSettings
    from clappper.kit.compat import spawn

    root, ids = Path(report.args[0]), report.args[1]

    class PlannedStudio(Studio):
        """The real studio; only the first plan is given."""

        async def plan(self, prompt, stage, on_event, *, history=()):
            if stage.scene_path is not None:
                return await super().plan(prompt, stage, on_event, history=history)
            assets = open_catalog(root / "master_index.json").get(ids)
            availability = Availability(entries=(), sentence="-")
            return PlannedRequest(result=PlanResult(make_plan(assets), availability, ()))

    settings = StudioSettings(root / "master_index.json", (root,))
    session = ChatSession(
        PlannedStudio(settings), LiveStage(slice_s=0.006), LiveFilmer(root / "films"), spawn=spawn
    )
    window = ChatWindow(session, is_visible=True, on_visibility=lambda _: None)
    stage = make_empty_stage(rig)
    rig.frames(20)
    with rig.measured_frames() as idle:
        rig.frames(200)
    with rig.measured_frames() as busy:
        session.send("a hundred things")
        rig.until(lambda: not session.state.is_busy, seconds=200, what="built")
    report["idle_s"], report["busy_s"] = idle, busy
    report["status"] = session.state.status
    with rig.measured_frames() as change:
        session.send("make it night")
        rig.until(lambda: not session.state.is_busy, seconds=200, what="changed")
    report["change_s"], report["changed"] = change, session.state.status
    report["instances"] = count_instances(stage)
    report["assets"] = len(
        {
            prim.GetCustomDataByKey("clappper:assetId")
            for prim in omni.usd.get_context().get_stage().Traverse()
            if prim.GetCustomDataByKey("clappper:assetId")
        }
    )
    report.screenshot("panel-hundred")
    window.destroy()
    session.destroy()


if __name__ == "__main__":
    main(run, enable=["clappper.chat"], size=(460, 800))
