"""Stand-in for ``omni.kit.commands``: the registry and ``execute``, which never raises."""

from __future__ import annotations

import inspect
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

import carb

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

PRE_DO_CALLBACK = "pre_do"
POST_DO_CALLBACK = "post_do"
PRE_UNDO_CALLBACK = "pre_undo"
POST_UNDO_CALLBACK = "post_undo"

_commands: dict[str, dict[str, type[Command]]] = {}
_callbacks: dict[CallbackID, Callable[[dict[str, Any]], None]] = {}
_on_change: set[Callable[[], None]] = set()


class Command(ABC):
    """Base of all commands; it can be undone if it has a method ``undo``."""

    @abstractmethod
    def do(self) -> Any:
        """Do it."""

    def modify_callback_info(self, cb_type: str, args: dict[str, Any]) -> dict[str, Any]:
        """Return what callbacks are given."""
        return args


class CallbackID(NamedTuple):
    """Handle of a callback."""

    command: str
    type: str
    number: int


class CommandParameter(NamedTuple):
    """One argument of a command's constructor."""

    name: str
    type: Any
    default: Any


def _short(name: str) -> str:
    return name.removesuffix("Command") if name != "Command" else name


def register(command_class: type[Command]) -> None:
    """Make a command known by its class name, with or without the ending ``Command``."""
    if not issubclass(command_class, Command):
        carb.log_error(f"Can't register command: {command_class} is not a subclass of Command.")
        return
    named = _commands.setdefault(_short(command_class.__name__), {})
    named[command_class.__module__] = command_class
    _dispatch_changed()


def unregister(command_class: type[Command]) -> None:
    """Forget a command."""
    name = _short(command_class.__name__)
    _commands.get(name, {}).pop(command_class.__module__, None)
    if not _commands.get(name):
        _commands.pop(name, None)
    _dispatch_changed()


def register_all_commands_in_module(module: str | ModuleType) -> Any:
    """Register a module's own commands; the result has a function for each and is the handle."""
    if isinstance(module, str):
        module = sys.modules[module]

    class CommandInterface:
        pass

    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, Command)
        and value.__module__ == module.__name__
    ]
    for command_class in classes:
        register(command_class)
        name = _short(command_class.__name__)
        run = staticmethod(lambda _name=name, **kwargs: execute(_name, **kwargs))
        setattr(CommandInterface, name, run)
    CommandInterface._registered_classes = classes
    return CommandInterface


def unregister_module_commands(command_interface: Any) -> None:
    """Forget what ``register_all_commands_in_module`` registered, given what it returned."""
    for command_class in getattr(command_interface, "_registered_classes", ()):
        unregister(command_class)


def get_commands() -> dict[str, dict[str, type[Command]]]:
    """Return all commands: name to module to class."""
    return _commands


def get_commands_list() -> list[type[Command]]:
    """Return the classes of all commands."""
    return [command_class for named in _commands.values() for command_class in named.values()]


def get_command_class(name: str) -> type[Command] | None:
    """Return a command's class, or None if it is unknown or two modules have one of this name."""
    found = list(_commands.get(_short(name), {}).values())
    if len(found) > 1:
        carb.log_error(f'Command "{name}" is ambiguous: {[c.__module__ for c in found]}')
    return found[0] if len(found) == 1 else None


def get_command_parameters(name: str) -> list[CommandParameter]:
    """Return the arguments of a command's constructor."""
    command_class = get_command_class(name)
    if command_class is None:
        return []
    parameters = list(inspect.signature(command_class.__init__).parameters.values())[1:]
    return [CommandParameter(p.name, p.annotation, p.default) for p in parameters]


def create(name: str, **kwargs: Any) -> Command | None:
    """Return an instance of a command, or None if it is unknown."""
    command_class = get_command_class(name)
    return command_class(**kwargs) if command_class is not None else None


def execute(name: str, **kwargs: Any) -> tuple[bool, Any]:
    """Create and execute a command; exceptions end in the log and in ``(False, None)``."""
    import omni.kit.undo

    try:
        command = create(name, **kwargs)
    except Exception as error:  # noqa: BLE001 - as Kit does
        _log_error(f"Failed to create a command: {name}", error)
        return (False, None)
    if command is None:
        carb.log_error(f"Can't execute command: \"{name}\", it wasn't registered or is ambiguous.")
        return (False, None)
    return omni.kit.undo.execute(command, name, kwargs)


def register_callback(
    name: str, cb_type: str, callback: Callable[[dict[str, Any]], None]
) -> CallbackID:
    """Call a function before or after a command's do or undo."""
    number = max((known.number for known in _callbacks), default=0) + 1
    handle = CallbackID(_short(name), cb_type, number)
    _callbacks[handle] = callback
    return handle


def unregister_callback(id: CallbackID) -> None:  # noqa: A002 - Kit's name
    """Stop calling it."""
    _callbacks.pop(id, None)


def subscribe_on_change(on_change: Callable[[], None]) -> None:
    """Call a function whenever a command is registered, forgotten or executed."""
    _on_change.add(on_change)


def unsubscribe_on_change(on_change: Callable[[], None]) -> None:
    """Stop calling it."""
    _on_change.discard(on_change)


def _call_callbacks(command: Any, name: str, kwargs: dict[str, Any], cb_type: str) -> None:
    for handle, callback in list(_callbacks.items()):
        if handle.command == _short(name) and handle.type == cb_type:
            modify = getattr(command, "modify_callback_info", lambda _, args: args)
            callback(modify(cb_type, dict(kwargs)))


def _dispatch_changed() -> None:
    for on_change in list(_on_change):
        on_change()


def _log_error(sentence: str, error: Exception) -> None:
    carb.log_error(f"{sentence}. {type(error).__name__}: {error}")
