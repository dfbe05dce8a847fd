"""Every module says what it exports; every error can be caught, read and is documented."""

from __future__ import annotations

import ast
import builtins
import re

import pytest

from clappper.core import errors
from support.source import ROOT, Module, load_modules


def read_all(module: Module) -> list[str] | None:
    """Return the literal ``__all__`` of a module, or None."""
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


def list_defined(module: Module) -> set[str]:
    """Return the public functions and classes a module defines."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in module.tree.body if isinstance(node, kinds)}
    return {name for name in names if not name.startswith("_")}


def list_bound(module: Module) -> set[str]:
    """Return every name a module binds at its top level."""
    bound = list_defined(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {alias.asname or alias.name for alias in node.names}
    return bound


MODULES = [
    pytest.param(module, id=module.name)
    for module in load_modules()
    if not module.is_package or len(module.tree.body) > 1
]
ERROR_CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and value is not object
]


@pytest.mark.parametrize("module", MODULES)
def test_module_all_lists_what_it_defines(module: Module) -> None:
    exported = read_all(module)

    assert exported is not None, f"{module.path.relative_to(ROOT)} has no __all__"
    assert list_defined(module) <= set(exported)
    assert set(exported) <= list_bound(module)


@pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in load_modules()])
def test_module_and_public_names_have_docstrings(module: Module) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    silent = [
        node.name
        for node in module.tree.body
        if isinstance(node, kinds) and node.name[0] != "_" and not ast.get_docstring(node)
    ]

    assert ast.get_docstring(module.tree)
    assert silent == []


@pytest.mark.parametrize("error", ERROR_CLASSES)
def test_error_class_is_exported_documented_and_in_the_tree(error: type[Exception]) -> None:
    documented = re.findall(r"\w+Error", errors.__doc__ or "")

    assert issubclass(error, errors.ClappperError)
    assert error.__name__ in errors.__all__
    assert error.__doc__
    assert error.__name__ in documented


@pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in load_modules()])
def test_docstring_raises_names_known_errors(module: Module) -> None:
    unknown = [
        name
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for name in read_raises(ast.get_docstring(node) or "")
        if name not in errors.__all__ and not hasattr(builtins, name)
    ]

    assert unknown == []


def read_raises(docstring: str) -> list[str]:
    """Return the exception names in a Google docstring's Raises section."""
    section = re.search(r"^Raises:\n((?:[ ]+.*\n?|\n)*)", docstring, re.MULTILINE)
    return re.findall(r"^ {4}(\w+):", section[1], re.MULTILINE) if section else []


def test_read_raises_returns_the_names() -> None:
    raises = "Raises:\n    OutputError: Why,\n        longer.\n    OSError: No.\n"
    docstring = f"Do it.\n\n{raises}\nSource:\n    Nowhere: no error."

    assert read_raises(docstring) == ["OutputError", "OSError"]
