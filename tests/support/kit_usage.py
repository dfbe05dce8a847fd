"""What the Kit layer's sources use of Kit, read from their syntax trees.

Follows a Kit object from where it comes from (an import, ``find_module``, a parameter typed
``Any``) through assignments and fields to every attribute taken from it and every keyword passed to
it. A field that the file itself does not set holds what a field of this name holds elsewhere.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTENSIONS = Path(__file__).resolve().parents[2] / "exts"
_ROOTS = ("omni", "carb")
_FINDERS = ("find_module", "require_module")
#: Functions of our own that hand out what Kit gave them.
_PASSING = ("get_active_viewport",)
#: Where members of Kit are named by strings: the function, and which of its arguments.
_NAMED_BY = {"has_status": slice(0, None), "observe_stage_event": slice(1, 2)}
_NAME_LISTS = re.compile(r"^(_OPTIONS|names|values)$")
#: A Kit object of which only that is known.
SOMETHING = "?"


@dataclass(frozen=True)
class Use:
    """An attribute or a keyword of Kit that a source file uses."""

    file: str
    line: int
    #: The module and what was taken of it before, or ``SOMETHING``.
    owner: str
    name: str
    is_keyword: bool = False

    def __str__(self) -> str:
        mark = "=" if self.is_keyword else ""
        return f"{self.file}:{self.line}: {self.owner}.{self.name}{mark}"


def list_sources() -> list[Path]:
    """Return the sources of the Kit layer without its tests."""
    names = ("clappper.kit", "clappper.chat", "clappper.capture")
    found = (path for name in names for path in (EXTENSIONS / name).rglob("*.py"))
    return sorted(path for path in found if "tests" not in path.relative_to(EXTENSIONS).parts)


def find_uses(sources: list[Path]) -> list[Use]:
    """Return every use of Kit in these files."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sources}
    fields: dict[str, str] = {}
    readers = [_Reader(path.name, tree, fields) for path, tree in trees.items()]
    # A field may be set in one file and used in another: until nothing new is found.
    known = -1
    while known != len(fields):
        known = len(fields)
        for reader in readers:
            reader.follow()
    return [use for reader in readers for use in reader.collect()]


class _Reader:
    def __init__(self, file: str, tree: ast.Module, fields: dict[str, str]) -> None:
        self._file = file
        self._tree = tree
        self._fields = fields
        #: Names by the function they stand in; "" is the module itself.
        self._names: dict[tuple[str, str], str] = {}
        self._scopes = _find_scopes(tree)
        self._constants: dict[str, str] = {}
        self._passing = set(_PASSING)
        #: Fields that this file sets, and those of them that hold Kit objects.
        self._assigned = _list_fields(tree)
        self._own_fields: dict[str, str] = {}
        for node in ast.walk(tree):
            self._read_origin(node)

    def _read_origin(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                if root in _ROOTS:
                    module = alias.name if alias.asname else root
                    self._names[self._key(node, alias.asname or root)] = f"{module}:"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _ROOTS:
            for alias in node.names:
                key = self._key(node, alias.asname or alias.name)
                self._names[key] = f"{node.module}:{alias.name}"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if argument.annotation is not None and _is_untyped(argument.annotation):
                    self._names.setdefault(self._key(argument, argument.arg), SOMETHING)
            if node.returns is not None and re.search(r"\bAny\b", ast.unparse(node.returns)):
                self._passing.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    self._constants[target.id] = node.value.value

    def follow(self) -> None:
        """Note which names and fields hold Kit objects."""
        for _ in range(3):
            for node in ast.walk(self._tree):
                if isinstance(node, ast.Assign):
                    for target in node.targets:
                        self._assign(target, self.resolve(node.value))
                elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                    self._assign(node.target, self.resolve(node.value))

    def _assign(self, target: ast.expr, owner: str | None) -> None:
        if owner is None:
            return
        if isinstance(target, ast.Tuple):
            for part in target.elts:
                self._assign(part, SOMETHING)
        elif isinstance(target, ast.Name):
            self._names.setdefault(self._key(target, target.id), owner)
        elif isinstance(target, ast.Attribute) and _name_of(target.value) == "self":
            self._own_fields.setdefault(target.attr, owner)
            self._fields.setdefault(target.attr, owner)

    def _key(self, node: ast.AST, name: str) -> tuple[str, str]:
        return self._scopes.get(id(node), ""), name

    def resolve(self, node: ast.expr) -> str | None:
        """Return where a Kit object comes from, or None for anything else."""
        if isinstance(node, ast.Await):
            return self.resolve(node.value)
        if isinstance(node, ast.IfExp):
            return self.resolve(node.body) or self.resolve(node.orelse)
        if isinstance(node, ast.Name):
            return self._names.get(self._key(node, node.id)) or self._names.get(("", node.id))
        if isinstance(node, ast.Attribute):
            owner = self.resolve(node.value)
            if owner is not None:
                return _join(owner, node.attr)
            fields = self._own_fields if node.attr in self._assigned else self._fields
            return fields.get(node.attr)
        if isinstance(node, ast.Call):
            name = _name_of(node.func)
            if name in _FINDERS and node.args:
                module = self._read_text(node.args[0])
                return f"{module}:" if module else SOMETHING
            if name == "getattr" and len(node.args) > 1:
                owner, member = self.resolve(node.args[0]), self._read_text(node.args[1])
                return _join(owner, member) if owner and member else owner
            owner = self.resolve(node.func)
            if owner is not None:
                return SOMETHING if owner == SOMETHING else f"{owner}()"
            return SOMETHING if name in self._passing else None
        return None

    def collect(self) -> list[Use]:
        """Return the uses in this file."""
        found = []
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Attribute):
                owner = self.resolve(node.value)
                if owner is not None and not _is_package(owner, node.attr):
                    found.append(Use(self._file, node.lineno, owner, node.attr))
            elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _ROOTS:
                module = f"{node.module}:"
                found += [Use(self._file, node.lineno, module, name.name) for name in node.names]
            elif isinstance(node, ast.Call):
                found += self._collect_call(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                found += self._collect_lists(node)
        return found

    def _collect_lists(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[Use]:
        """Collect members that a table or a tuple names by strings."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if isinstance(target, ast.Subscript) and _NAME_LISTS.match(
                _name_of(target.value) or ""
            ):
                return self._collect_texts([target.slice])
            if not _NAME_LISTS.match(_name_of(target) or ""):
                continue
            if isinstance(node.value, ast.Tuple):
                return self._collect_texts(node.value.elts)
            if isinstance(node.value, ast.Dict):
                return self._collect_texts(node.value.keys)
        return []

    def _collect_call(self, node: ast.Call) -> list[Use]:
        name = _name_of(node.func)
        if name in ("getattr", "hasattr") and len(node.args) > 1:
            owner, member = self.resolve(node.args[0]), self._read_text(node.args[1])
            if owner is not None and member is not None:
                return [Use(self._file, node.lineno, owner, member)]
            return []
        if name in _NAMED_BY:
            return self._collect_texts(node.args[_NAMED_BY[name]])
        owner = self.resolve(node.func)
        if owner is None or name is None:
            return []
        keywords = [keyword.arg for keyword in node.keywords if keyword.arg]
        return [Use(self._file, node.lineno, owner, name, is_keyword=True) for name in keywords]

    def _collect_texts(self, nodes: Sequence[ast.expr | None]) -> list[Use]:
        return [
            Use(self._file, node.lineno, SOMETHING, node.value)
            for node in nodes
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.isidentifier()
        ]

    def _read_text(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return self._constants.get(node.id) if isinstance(node, ast.Name) else None


def _list_fields(tree: ast.Module) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and _name_of(node.value) == "self"
    }


def _find_scopes(tree: ast.Module) -> dict[int, str]:
    """Return the outermost function or method that each node stands in, by the node's id."""
    found: dict[int, str] = {}

    def visit(node: ast.AST, scope: str) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not scope:
            scope = f"{node.name}@{node.lineno}"
        found[id(node)] = scope
        for child in ast.iter_child_nodes(node):
            visit(child, scope)

    visit(tree, "")
    return found


def _is_untyped(annotation: ast.expr) -> bool:
    return bool(re.search(r"\b(Any|ModuleType)\b", ast.unparse(annotation))) and not re.search(
        r"Callable|Coroutine|dict|list", ast.unparse(annotation)
    )


def _join(owner: str, name: str) -> str:
    if owner == SOMETHING:
        return SOMETHING
    module, _, path = owner.partition(":")
    if not path and _is_package(owner, name):
        return f"{module}.{name}:"
    return f"{module}:{path}.{name}" if path else f"{module}:{name}"


def _is_package(owner: str, name: str) -> bool:
    """Whether this is a step inside a module's dotted name, as in ``omni.kit.app``."""
    return owner in ("omni:", "carb:", "omni.kit:") and name.islower()


def _name_of(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None
