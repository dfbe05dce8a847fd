"""Whatever goes wrong while a scenario runs must reach the test; ``args`` says what does."""

import asyncio
import logging
import os

import carb
from pxr import Tf
from scenario import main


async def fail():
    raise ValueError("nobody awaits this")


def run(rig, report):
    (fault,) = report.args
    if fault == "raise":
        raise ValueError("the scenario raised")
    if fault == "die":
        os.abort()
    if fault == "hang":
        rig.until(lambda: False, seconds=600)
    if fault == "no_report":
        os._exit(0)
    if fault == "task":

        async def drop():
            asyncio.ensure_future(fail())  # noqa: RUF006

        rig.run(drop())
    if fault == "carb":
        carb.log_error("told by carb")
    if fault == "logging":
        logging.getLogger("clappper.test").error("told by logging")
    if fault == "warn":
        Tf.Warn("told by OpenUSD")


if __name__ == "__main__":
    main(run)
