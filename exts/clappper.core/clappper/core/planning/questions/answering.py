"""Questions about the catalog and the scene, answered by rules where rules can tell.

A question changes nothing. What is no question, or is about something else, has no answer here; an
answer says only what catalog, plan, placements and certificate say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.questions.catalog import answer_names, answer_stock, answer_things
from clappper.core.planning.questions.choice import answer_ability, answer_choices, asks_ability
from clappper.core.planning.questions.film import (
    answer_camera,
    answer_film,
    answer_light,
    answer_place,
)
from clappper.core.planning.questions.fit import answer_fit
from clappper.core.planning.questions.foreign import read_foreign
from clappper.core.planning.questions.ground import Evidence, Ground
from clappper.core.planning.questions.place import (
    answer_beside,
    answer_distance,
    answer_facing,
    answer_where,
)
from clappper.core.planning.questions.scene import (
    answer_assumptions,
    answer_checks,
    answer_contents,
    answer_misses,
    answer_visible,
    answer_why,
)
from clappper.core.planning.questions.size import answer_difference, answer_size
from clappper.core.planning.questions.words import (
    MAX_CHARS,
    is_asking,
    plain_question,
    simplify,
)
from clappper.core.planning.wording.clause import begins_with_command
from clappper.core.planning.wording.sayings import read_sayings

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.models import ScenePlan

__all__ = ["answer_question", "is_question"]

#: What is said after a question.
_AFTER = re.compile(r"\?\s+(?P<rest>[^?]+)$")
#: The first that knows an answer gives it: what is closer to one kind of question stands first.
_READERS: tuple[Callable[[str, Ground], str | None], ...] = (
    answer_contents,
    answer_assumptions,
    answer_misses,
    answer_checks,
    answer_visible,
    answer_choices,
    answer_ability,
    answer_film,
    answer_place,
    answer_camera,
    answer_light,
    answer_why,
    answer_stock,
    answer_fit,
    answer_names,
    answer_beside,
    answer_facing,
    answer_distance,
    answer_where,
    answer_difference,
    answer_things,
    answer_size,
)


def is_question(text: str) -> bool:
    """Tell whether a text asks for an answer rather than for a scene or a change of it.

    Args:
        text: What the user says, in English, German, Spanish or Japanese.
    """
    if len(text) > MAX_CHARS or _wishes_after(text):
        return False
    if is_asking(text) or (read_foreign(text) is not None and not _tells_number(text)):
        return True
    return text.rstrip().endswith("?") and asks_ability(plain_question(text))


def _wishes_after(text: str) -> bool:
    """Whether a wish follows the question: why are there only eight drums? I need a dozen."""
    rest = _AFTER.search(text)
    return rest is not None and any(
        begins_with_command(saying.plain, of_things=True) for saying in read_sayings(rest["rest"])
    )


def _tells_number(text: str) -> bool:
    """Whether a text without a question mark tells a number instead of asking for one."""
    is_marked = text.rstrip(" .!\u3002").endswith(("?", "\uff1f", "\u304b"))
    return not is_marked and re.search(r"\d", text) is not None


def answer_question(
    text: str,
    catalog: Catalog,
    plan: ScenePlan | None = None,
    evidence: Evidence | None = None,
) -> str | None:
    """Return the answer to a question about catalog or scene, or None when rules cannot tell.

    Blocks where a size is asked for that has to be measured.

    Args:
        text: What the user asks; the answer is in English.
        catalog: What there is.
        plan: The scene, or null when there is none yet.
        evidence: What else is known of it, or null.
    """
    if not is_question(text):
        return None
    foreign = read_foreign(text)
    said = simplify(plain_question(text if foreign is None else foreign))
    ground = Ground(catalog, plan, evidence or Evidence())
    return next((told for read in _READERS if said and (told := read(said, ground))), None)
