"""Stand-in for ``omni.kit.test``: cases whose methods may be coroutines, run on Kit's loop.

``standin`` finds and runs them; Kit does so in a process of its own for each ``[[test]]`` table.
"""

from .async_unittest import AsyncTestCase, AsyncTestCaseFailOnLogError

__all__ = ["AsyncTestCase", "AsyncTestCaseFailOnLogError"]
