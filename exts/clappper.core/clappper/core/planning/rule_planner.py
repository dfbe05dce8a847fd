"""The embedded planner: reads an English prompt by rules into a ScenePlan, exact on numbers.

It knows word classes and grammar, no prompt by heart; what is a thing is decided by grammar and by
the catalog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import UsageError
from clappper.core.planning.anaphora import resolve_ones
from clappper.core.planning.assembly import EXAMPLE, assemble_plan, collect_issues, make_rejection
from clappper.core.planning.camera import read_camera
from clappper.core.planning.clause import read_elements
from clappper.core.planning.corrections import claim_corrections, find_restated
from clappper.core.planning.defaults import (
    complete_counts,
    complete_ties,
    describe_guesses,
    split_chairs,
)
from clappper.core.planning.environment import infer_place, read_environment
from clappper.core.planning.items import gather_items
from clappper.core.planning.languages.translate import translate
from clappper.core.planning.lexer import Transcript, clean_speech, clean_text, tokenize
from clappper.core.planning.lighting import read_mood
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.plan_result import PlanResult
from clappper.core.planning.refusal import claim_refusals
from clappper.core.planning.relations import read_relations
from clappper.core.planning.scene_draft import SceneDraft
from clappper.core.planning.spelling import correct_spelling
from clappper.core.planning.things import find_things
from clappper.core.planning.tie import make_ties

if TYPE_CHECKING:
    from clappper.core.catalog.models import Availability, Catalog, Wanted
    from clappper.core.planning.items import ItemDraft
    from clappper.core.planning.lexicon import Place

__all__ = [
    "MAX_PROMPT_CHARS",
    "RulePlanner",
    "transcribe",
]

#: A prompt longer than this is refused.
MAX_PROMPT_CHARS = 10_000


class RulePlanner:
    """Plans scenes from English sentences with one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def plan(self, prompt: str, *, seed: int = 0) -> PlanResult:
        """Return the plan of a prompt.

        Args:
            prompt: What the scene should show, in English, at most 10,000 characters.
            seed: Accepted so that planners can be exchanged; rules leave nothing to chance.

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built.
        """
        del seed
        draft = self.read_draft(prompt)
        place = _choose_place(draft)
        guessed = complete_counts(draft.items, draft.ties, draft.density)
        draft.bound()
        availability = self._confirm(draft)
        split_chairs(draft.items, draft.ties)
        ties = complete_ties(draft.items, draft.ties, draft.reading.aisle_m)
        draft.notes += describe_guesses(guessed, ties)
        plan = assemble_plan(draft, ties, place)
        return PlanResult(plan=plan, availability=availability, issues=collect_issues(draft))

    def read_draft(self, prompt: str) -> SceneDraft:
        """Return what a prompt says, before anything is assumed.

        The picture is read first, then the place, then the things and how they stand.

        Raises:
            UsageError: The prompt is empty or too long.
        """
        transcript = transcribe(prompt)
        camera = read_camera(transcript)
        contradictions = camera.contradictions
        mood = read_mood(transcript, camera.claimed, contradictions)
        claim_corrections(transcript, camera.claimed)
        claim_refusals(transcript, camera.claimed)
        elements = resolve_ones(read_elements(transcript, camera.claimed))
        environment = read_environment(transcript, elements)
        things = find_things(elements, self._catalog, environment.phrase)
        reading = read_relations(elements, things.roles)
        items, named = gather_items(elements, things, reading)
        ties, impossible = make_ties(reading, named, items)
        draft = SceneDraft(
            environment=environment,
            camera=camera,
            mood=mood or environment.mood,
            things=things,
            reading=reading,
            items=items,
            ties=ties,
            targets=list(dict.fromkeys(named[i] for i in reading.targets if i in named)),
            notes=[*transcript.notes, *camera.notes, *things.notes],
            contradictions=[*contradictions, *impossible],
        )
        draft.restate(find_restated(transcript, elements))
        draft.drop_negated()
        draft.merge_equal()
        draft.note_implied(elements)
        return draft

    def _confirm(self, draft: SceneDraft) -> Availability:
        """Ask the catalog again with numbers and style: its sentence fits, style picks assets."""
        wanted: list[Wanted] = []
        asked: list[ItemDraft] = []
        for item in draft.items:
            if not item.phrases:
                continue
            question = draft.things.entries[item.phrases[0]].wanted
            words = (*question.attributes, *item.attributes, *draft.style_words)
            update = {"count": item.count, "attributes": tuple(dict.fromkeys(words))}
            wanted.append(question.model_copy(update=update))
            asked.append(item)
        wanted += [unmet.wanted for unmet in draft.things.unmet]
        availability = self._catalog.availability(wanted)
        for item, answer in zip(asked, availability.entries, strict=False):
            if answer.assets and answer.noun == item.noun:
                item.assets = answer.assets
        return availability


def transcribe(prompt: str) -> Transcript:
    """Return the tokens of a prompt.

    Raises:
        UsageError: It is empty or too long.
    """
    if len(prompt) > MAX_PROMPT_CHARS:
        length = f"{len(prompt):,} characters"
        raise UsageError(f"The prompt has {length}: shorten it to {MAX_PROMPT_CHARS:,}.")
    text = clean_text(prompt)
    if not text.strip(" ;,\n"):
        raise UsageError(f"Say what the scene should show, for example: {EXAMPLE}")
    text, language = translate(text)
    notes = [f"Read as {language}."]
    if not language:
        text, notes = correct_spelling(clean_speech(text))
    return Transcript(text, tuple(merge_quantities(tokenize(text))), tuple(notes))


def _choose_place(draft: SceneDraft) -> Place:
    """Return the place to build: the one named, else the one the things belong to.

    Raises:
        PlanRejectedError: There is neither a place nor a thing.
    """
    wish = draft.environment
    if wish.place is not None:
        if not draft.items and not draft.things.unmet:
            name = wish.place.title.lower()
            draft.notes.append(f"Nothing was asked for inside: the {name} is empty.")
        return wish.place
    if not draft.items:
        raise make_rejection(draft)
    place = infer_place(draft.items)
    reason = f"There is no place called “{wish.unknown}”" if wish.unknown else "No place was named"
    draft.notes.append(f"{reason}: {place.phrase} is assumed.")
    return place
