"""How ``omni.timeline`` behaves, deferred or not; asserted in ``test_standins.py``."""

from scenario import main


def run(rig, report):
    import omni.timeline
    import omni.timeline.standin
    import omni.usd

    omni.timeline.standin.is_deferred = report.args[0]
    timeline = omni.timeline.get_timeline_interface()
    stage = omni.usd.get_context().get_stage()
    report["stopped"] = [timeline.is_stopped(), timeline.is_playing()]
    timeline.set_time_codes_per_second(30)
    timeline.commit()
    report["tcps"] = [
        timeline.get_time_codes_per_second(),
        timeline.get_time_codes_per_seconds(),
        stage.GetTimeCodesPerSecond(),
    ]
    timeline.set_start_time(1.0)
    timeline.set_end_time(0.0)
    timeline.commit()
    report["shortest"] = round(timeline.get_end_time() - timeline.get_start_time(), 6)
    timeline.set_end_time(3.0)
    timeline.commit()
    report["stage_range"] = [stage.GetStartTimeCode(), stage.GetEndTimeCode()]
    timeline.set_current_time(2.0)
    report["current_before_commit"] = timeline.get_current_time()
    rig.frames()
    report["current_after_update"] = timeline.get_current_time()
    timeline.set_auto_update(False)
    timeline.play(60, 75, False)
    report["playing_before_commit"] = timeline.is_playing()
    timeline.commit()
    rig.frames(3)
    report["time_without_auto_update"] = timeline.get_current_time()
    timeline.forward_one_frame()
    timeline.commit()
    report["time_forward"] = round(timeline.get_current_time() * 30, 6)
    for _ in range(30):
        timeline.forward_one_frame()
    timeline.commit()
    report["session_end"] = round(timeline.get_current_time() * 30, 6)
    report["range_is_unchanged"] = [timeline.get_start_time(), timeline.get_end_time()]
    timeline.set_auto_update(True)
    timeline.set_play_every_frame(True)
    timeline.set_current_time(1.0)
    timeline.play(looping=True)
    timeline.commit()
    rig.frames(4)
    report["steps_played"] = round((timeline.get_current_time() - 1.0) * 30, 6)
    timeline.pause()
    timeline.commit()
    paused = timeline.get_current_time()
    rig.frames(3)
    report["paused"] = [timeline.is_stopped(), timeline.get_current_time() == paused]
    timeline.stop()
    timeline.commit()
    report["after_stop"] = [timeline.is_stopped(), timeline.get_current_time()]
    types = {int(event): event.name for event in omni.timeline.TimelineEventType}
    events = []
    subscription = timeline.get_timeline_event_stream().create_subscription_to_pop(
        lambda event: events.append(types[event.type]), name="rig"
    )
    timeline.set_current_time(2.5)
    timeline.play()
    timeline.commit()
    timeline.stop()
    timeline.commit()
    report["events"] = [name for name in events if name in ("PLAY", "STOP")]
    report["told_time"] = "CURRENT_TIME_CHANGED" in events
    del subscription
    stage.SetTimeCodesPerSecond(48)
    report["tcps_of_stage"] = timeline.get_time_codes_per_seconds()
    omni.usd.get_context().new_stage()
    report["new_stage"] = [timeline.get_time_codes_per_seconds(), timeline.get_current_time()]


if __name__ == "__main__":
    main(run)
