"""The core's source as the architecture tests see it: modules, syntax trees, imports."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE_FOLDER = ROOT / "exts" / "clappper.core"


@dataclass(frozen=True)
class Import:
    """One imported module: its dotted name, where it stands, whether it runs at import time."""

    name: str
    line: int
    is_at_import_time: bool

    @property
    def top(self) -> str:
        """First part of the name."""
        return self.name.split(".")[0]


@dataclass(frozen=True)
class Module:
    """One module of the core."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether it is a package's ``__init__``."""
        return self.path.name == "__init__.py"

    def imports(self) -> list[Import]:
        """Return what it imports, except for type checkers only."""
        return _find_imports(self.tree.body, is_at_import_time=True)


@lru_cache(maxsize=1)
def load_modules() -> tuple[Module, ...]:
    """Return every module of the core, by name."""
    modules = []
    for path in sorted((CORE_FOLDER / "clappper").rglob("*.py")):
        name = ".".join(path.relative_to(CORE_FOLDER).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        modules.append(Module(name.removesuffix(".__init__"), path, tree))
    return tuple(modules)


def _is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _is_import_call(node: ast.AST) -> bool:
    """Tell ``import_module("name")`` and ``__import__("name")`` with a literal name."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    called = ast.unparse(node.func)
    literal = node.args[0]
    return (
        called.endswith(("import_module", "__import__"))
        and isinstance(literal, ast.Constant)
        and isinstance(literal.value, str)
    )


def _find_imports(nodes: list[ast.AST], *, is_at_import_time: bool) -> list[Import]:
    found: list[Import] = []
    for node in nodes:
        children = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "omni":
            names = [f"omni.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "."]
        elif _is_import_call(node):
            names = [node.args[0].value]
        else:
            names = []
        found += [Import(name, node.lineno, is_at_import_time) for name in names]
        if _is_for_type_checkers(node):
            children = list(node.orelse)
        is_later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        found += _find_imports(children, is_at_import_time=is_at_import_time and not is_later)
    return found
