"""Clappper's Kit-free core: from a sentence to a certified USD stage and a film of it.

Owns catalog, planning, layout, stage, certificate, capture and the embedded renderer. Imports
neither ``omni`` nor ``carb``; importing this package imports none of its parts, so that the command
line and Kit start fast.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
