"""Reviews the plan a language model submits: nothing is believed that is not checked.

Each part is read for itself, so that the model can be told of everything that is wrong at once, and
so that what is right survives when the model does not put right the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from clappper.core.planning.llm.answer import fill_nulls
from clappper.core.planning.llm.finding import Finding, Review
from clappper.core.planning.llm.relations import CAMERA, ROOM, check_relation, find_contradictions
from clappper.core.planning.llm.text import clean_list, clean_words
from clappper.core.planning.llm.tools import find_nearest
from clappper.core.planning.models import (
    Camera,
    Environment,
    Item,
    Lighting,
    Miss,
    Output,
    Relation,
    ScenePlan,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MAX_INSTANCES", "review_plan"]

#: Most instances a model may plan.
MAX_INSTANCES = 2_000
_SENTENCE_CHARS, _NAME_CHARS = 240, 60
_LIMITS = {"items": 64, "relations": 256, "misses": 64, "assumptions": 64}
_ITEM_COUNT_LIMIT = 1_000

Model = TypeVar("Model", bound=BaseModel)


def review_plan(document: object, nouns: Mapping[str, set[str]], draft: ScenePlan | None) -> Review:
    """Return what is wrong with a submitted plan, and what is left of it.

    Args:
        document: The plan as JSON.
        nouns: The nouns each asset that may be used can stand for, by its id.
        draft: The rules' plan or the scene that is edited; None when there is none.
    """
    if not isinstance(document, dict):
        return Review(None, (Finding("", "NOT_A_PLAN", "The plan must be one JSON object."),))
    return _Reviewer(nouns, draft).review(document)


@dataclass
class _Reviewer:
    nouns: Mapping[str, set[str]]
    draft: ScenePlan | None
    findings: list[Finding] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    #: Ids of items that were submitted, sound or not.
    named: set[str] = field(default_factory=set)

    def review(self, document: dict[str, Any]) -> Review:
        document = self._strip(ScenePlan, document, "")
        version = document.get("schema_version")
        if version != 1 or isinstance(version, bool):
            self._find("schema_version", "SCHEMA_VERSION", "schema_version must be 1.")
        items = self._read_items(document)
        ids = {item.id for item in items}
        draft = self.draft
        environment = self._read_part(Environment, document, "environment")
        if environment is None and draft is not None:
            environment = draft.environment
        total = sum(item.count for item in items)
        limit = max(MAX_INSTANCES, sum(item.count for item in draft.items) if draft else 0)
        if total > limit:
            self._find("items", "COUNT", f"It plans {total:,} things, more than {limit:,}.")
        if not items and (draft is None or draft.items):
            self._find("items", "NOTHING", "It plans nothing: the plan needs items.")
        relations = self._read_relations(document, ids)
        camera = self._read_camera(document, ids)
        parts = {
            "schema_version": 1,
            "title": self._read_title(document),
            "environment": environment,
            "items": items,
            "relations": relations,
            "camera": camera,
            "lighting": self._read_part(Lighting, document, "lighting")
            or (draft.lighting if draft else Lighting(mood=None)),
            "output": self._read_part(Output, document, "output")
            or (draft.output if draft else Output(frames=None, fps=None, width=None, height=None)),
            "misses": self._read_misses(document),
            "assumptions": self._read_assumptions(document),
        }
        submitted = len(document["items"]) if isinstance(document.get("items"), list) else 0
        plan = None
        is_enough = bool(items) or (draft is not None and not draft.items)
        if environment is not None and total <= limit and is_enough and 2 * len(items) >= submitted:
            plan = ScenePlan.model_validate(parts)
        return Review(plan, tuple(self.findings), tuple(dict.fromkeys(self.dropped)))

    def _find(self, path: str, code: str, message: str, nearest: list[str] | None = None) -> None:
        message = clean_words(message, limit=_SENTENCE_CHARS)
        self.findings.append(Finding(path, code, message, tuple(nearest or ())))

    def _strip(self, model: type[BaseModel], value: dict[str, Any], path: str) -> dict[str, Any]:
        """Return a part with its nulls, and without fields there are not."""
        for name in [name for name in value if name not in model.model_fields][:3]:
            shown = clean_words(str(name), limit=_NAME_CHARS)
            where = f"{path}.{shown}" if path else shown
            self._find(where, "UNKNOWN_FIELD", f"There is no field {shown}: leave it out.")
        return fill_nulls(model, {k: v for k, v in value.items() if k in model.model_fields})

    def _read_model(self, model: type[Model], value: object, path: str) -> Model | None:
        if not isinstance(value, dict):
            self._find(path, "INVALID", f"{path} must be a JSON object.")
            return None
        try:
            return model.model_validate(self._strip(model, value, path))
        except ValidationError as exc:
            for error in exc.errors(include_url=False, include_input=False)[:3]:
                where = ".".join([path, *(str(part) for part in error["loc"])])
                message = str(error["msg"]).removeprefix("Value error, ")
                name = str(error["loc"][-1]) if error["loc"] else path
                code = "COUNT" if name == "count" else "INVALID"
                self._find(clean_words(where, limit=120), code, f"{name}: {message}.")
            return None

    def _read_part(self, model: type[Model], document: dict[str, Any], name: str) -> Model | None:
        part = self._read_model(model, document.get(name), name)
        if part is None:
            self.dropped.append(f"The language model's {name} could not be used.")
        if isinstance(part, Environment) and part.style is not None:
            style = clean_words(part.style, limit=80) or None
            return part.model_copy(update={"style": style})
        return part

    def _read_list(self, document: dict[str, Any], name: str) -> list[Any]:
        value = document.get(name)
        if not isinstance(value, list):
            self._find(name, "INVALID", f"{name} must be a list.")
            return []
        limit = _LIMITS[name]
        if len(value) > limit:
            self._find(name, "COUNT", f"{name} has {len(value):,} entries, more than {limit}.")
            self.dropped.append(f"Only the first {limit} {name} were taken.")
        return value[:limit]

    def _read_items(self, document: dict[str, Any]) -> list[Item]:
        items: list[Item] = []
        for index, value in enumerate(self._read_list(document, "items")):
            path = f"items[{index}]"
            if isinstance(value, dict):
                self.named.add(str(value.get("id"))[:_NAME_CHARS])
            item = self._read_model(Item, self._bound_count(value, path), path)
            item = item and self._check_item(item, path, {other.id for other in items})
            if item is None:
                name = value.get("asked") or value.get("id") if isinstance(value, dict) else None
                what = clean_words(str(name or "an item"), limit=_NAME_CHARS) or "an item"
                self.dropped.append(f"Left out what the language model said of {what}.")
            else:
                items.append(item)
        return items

    def _bound_count(self, value: object, path: str) -> object:
        """Return an item with as many instances as one item may have."""
        count = value.get("count") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(count, int) or count <= _ITEM_COUNT_LIMIT:
            return value
        message = f"count must be at most {_ITEM_COUNT_LIMIT:,}."
        self._find(f"{path}.count", "COUNT", message)
        self.dropped.append(
            f"The language model wanted too many of one thing: {_ITEM_COUNT_LIMIT:,} are planned."
        )
        return {**value, "count": _ITEM_COUNT_LIMIT}

    def _check_item(self, item: Item, path: str, taken: set[str]) -> Item | None:
        if item.id in (ROOM, CAMERA):
            self._find(f"{path}.id", "RESERVED_ID", f"{item.id} cannot be an item's id.")
            return None
        if item.id in taken:
            self._find(f"{path}.id", "DUPLICATE_ID", f"The id {item.id} is used twice.")
            return None
        known: list[str] = []
        for place, asset_id in enumerate(item.asset_ids):
            if asset_id in self.nouns:
                known.append(asset_id)
                continue
            name = clean_words(asset_id, limit=40)
            alike = [i for i, nouns in self.nouns.items() if item.noun in nouns][:3]
            self._find(
                f"{path}.asset_ids[{place}]",
                "UNKNOWN_ASSET",
                f"{name} is an asset that was not offered: take ids from the catalog or a search.",
                find_nearest(asset_id, self.nouns) or alike,
            )
        if not known:
            return None
        nouns = set.intersection(*(self.nouns[asset_id] for asset_id in known))
        if not nouns:
            self._find(
                f"{path}.asset_ids",
                "MIXED_NOUNS",
                f"It mixes different things in one item ({item.id}): make one item for each noun.",
            )
            nouns = self.nouns[known[0]]
            known = [asset_id for asset_id in known if self.nouns[asset_id] & nouns]
            nouns = set.intersection(*(self.nouns[asset_id] for asset_id in known)) or nouns
        preferred = [item.noun, *(other.noun for other in (self.draft.items if self.draft else ()))]
        noun = next((noun for noun in preferred if noun in nouns), min(nouns))[:80]
        update = {
            "noun": noun,
            "asked": clean_words(item.asked, limit=200) or noun,
            "asset_ids": list(dict.fromkeys(known)),
            "attributes": clean_list(item.attributes, limit=80),
        }
        return item.model_copy(update=update)

    def _read_relations(self, document: dict[str, Any], ids: set[str]) -> list[Relation]:
        sound: list[tuple[str, Relation]] = []
        for index, value in enumerate(self._read_list(document, "relations")):
            path = f"relations[{index}]"
            relation = self._read_model(Relation, value, path)
            if relation is None:
                self.dropped.append("Left out a relation of the language model's.")
                continue
            problem = check_relation(relation)
            unknown = self._find_unknown(relation, ids, path)
            if problem:
                self._find(path, "BAD_RELATION", problem)
            if problem or unknown:
                self.dropped.append(f"Left out “{_say(relation)}”.")
            else:
                sound.append((path, relation))
        relations = [relation for _, relation in sound]
        for place, problem in sorted(find_contradictions(relations).items(), reverse=True):
            self._find(sound[place][0], "CONTRADICTION", problem)
            self.dropped.append(f"Left out “{_say(relations[place])}”: {problem}")
            del relations[place]
        return relations

    def _find_unknown(self, relation: Relation, ids: set[str], path: str) -> bool:
        """Note names that are no item's; items that were dropped have been told of."""
        is_unknown = False
        for name in ("subject", "object", "object2"):
            value = getattr(relation, name)
            allowed = () if name == "subject" else (None, ROOM, CAMERA)
            if value in ids or value in allowed:
                continue
            is_unknown = True
            if value not in self.named:
                shown = clean_words(str(value), limit=_NAME_CHARS)
                nearest = find_nearest(shown, ids)
                self._find(f"{path}.{name}", "UNKNOWN_ITEM", f"{shown} is no item's id.", nearest)
        return is_unknown

    def _read_camera(self, document: dict[str, Any], ids: set[str]) -> Camera:
        camera = self._read_part(Camera, document, "camera")
        if camera is None:
            camera = self.draft.camera if self.draft else _DEFAULT_CAMERA
            return camera.model_copy(update={"targets": [t for t in camera.targets if t in ids]})
        for place, target in enumerate(camera.targets):
            if target not in ids and target not in self.named:
                shown = clean_words(target, limit=_NAME_CHARS)
                path = f"camera.targets[{place}]"
                nearest = find_nearest(shown, ids)
                self._find(path, "UNKNOWN_ITEM", f"{shown} is no item's id.", nearest)
        return camera.model_copy(update={"targets": [t for t in camera.targets if t in ids]})

    def _read_title(self, document: dict[str, Any]) -> str:
        title = document.get("title")
        if isinstance(title, str) and len(title) <= 1000:
            return clean_words(title, limit=120)
        self._find("title", "INVALID", "title must be a short text.")
        return self.draft.title if self.draft else ""

    def _read_assumptions(self, document: dict[str, Any]) -> list[str]:
        texts = [t for t in self._read_list(document, "assumptions") if isinstance(t, str)]
        return clean_list(texts, limit=_SENTENCE_CHARS)

    def _read_misses(self, document: dict[str, Any]) -> list[Miss]:
        """Return what is missing: as the rules say when they read the request, else the model."""
        misses = [
            self._read_model(Miss, value, f"misses[{index}]")
            for index, value in enumerate(self._read_list(document, "misses"))
        ]
        return [
            Miss(
                asked=clean_words(miss.asked, limit=200),
                count=miss.count,
                suggestions=[i for i in miss.suggestions if i in self.nouns],
                action="omitted",
            )
            for miss in misses
            if miss is not None
        ]


_DEFAULT_CAMERA = Camera(
    shot="wide", targets=[], height_m=None, focal_length_mm=None, move="static", duration_s=None
)


def _say(relation: Relation) -> str:
    words = [relation.subject, relation.verb, relation.object or "", relation.object2 or ""]
    return clean_words(" ".join(words).replace("_", " "), limit=120)
