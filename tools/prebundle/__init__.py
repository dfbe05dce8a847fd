"""Builds ``clappper.pip``: the Kit extension with the packages that the Python of Kit lacks.

It downloads wheels and unpacks them; it never runs anything of them, so that the sets for Windows
and for other Pythons are made here too. docs/decisions/0008-prebundle.md says what goes in and why.
"""

from __future__ import annotations

__all__: list[str] = []
