"""The Clappper panel inside Kit: a docked window, the live stage, one undo entry a request."""

from clappper.chat.extension import ClappperChatExtension

__all__ = ["ClappperChatExtension"]
