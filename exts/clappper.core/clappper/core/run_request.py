"""One request of the command line about a run: alone on it, and with what it took in its ledger."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from clappper.core.conversation import clean_line
from clappper.core.editing import edit_run
from clappper.core.errors import OutputError
from clappper.core.pipeline import make
from clappper.core.run_ledger import Ledger
from clappper.core.run_lock import locking_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core import events
    from clappper.core.editing import EditRequest, EditResult
    from clappper.core.make_request import MakeRequest
    from clappper.core.pipeline import MakeResult
    from clappper.core.run_folder import RunFolder

__all__ = ["change_run", "make_run"]


def make_run(
    request: MakeRequest, folder: RunFolder, on_event: Callable[[events.Event], None]
) -> MakeResult:
    """Make a run as ``make`` does, alone on its folder.

    Raises:
        RunBusyError: Another process is changing the run.
        ClappperError: With a sentence that says what to do; then there is no ledger either.
    """
    ledger = Ledger("make")
    with locking_run(folder):
        result = make(request, folder, ledger.listen(on_event))
        ledger.close_request(clean_line(request.prompt, os.environ), "made", folder)
    return result


def change_run(
    request: EditRequest,
    folder: RunFolder,
    on_event: Callable[[events.Event], None],
    *,
    out: RunFolder | None = None,
) -> EditResult:
    """Change a run as ``edit_run`` does, alone on it; what a failure took is in its ledger, too.

    Nothing is written into a run that was to stay as it is.

    Raises:
        RunBusyError: Another process is changing the run.
        ClappperError: With a sentence that says what to do; the scene is as it was.
    """
    ledger = Ledger("edit")
    said = clean_line(request.sentence, os.environ)
    is_in_place = out is None or out.path.absolute() == folder.path.absolute()
    with ExitStack() as locks:
        # A run that is only read may lie where nobody can write.
        if folder.path.is_dir() and (is_in_place or os.access(folder.path, os.W_OK)):
            locks.enter_context(locking_run(folder))
        if out is not None and not is_in_place:
            locks.enter_context(locking_run(out))
        try:
            result = edit_run(request, folder, ledger.listen(on_event), out=out)
        except BaseException as exc:
            did = "stopped" if isinstance(exc, KeyboardInterrupt) else "failed"
            with suppress(OutputError):
                ledger.close_request(said, did, folder if is_in_place else None)
            raise
        ledger.close_request(said, "edited", result.folder)
    return result
