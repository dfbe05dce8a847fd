"""How ``omni.kit.commands`` and ``omni.kit.undo`` behave; asserted in ``test_standins.py``."""

import sys
import types

from scenario import main

LOG = []


def make_commands():
    """Return a module with commands that tell in LOG what they do."""
    import omni.kit.commands as commands

    module = types.ModuleType("rig_commands")

    class AddCommand(commands.Command):
        def __init__(self, word, fails=False, fails_in_undo=False, inner=()):
            self.word, self.fails, self.fails_in_undo = word, fails, fails_in_undo
            self.inner = inner

        def do(self):
            LOG.append(f"do {self.word} {id(self)}")
            for word in self.inner:
                commands.execute("Add", word=word)
            if self.fails:
                raise ValueError("do fails")
            return self.word.upper()

        def undo(self):
            LOG.append(f"undo {self.word} {id(self)}")
            if self.fails_in_undo:
                raise ValueError("undo fails")

    class Plain(commands.Command):
        def do(self):
            LOG.append("do plain")

    for value in (AddCommand, Plain):
        value.__module__ = module.__name__
        setattr(module, value.__name__, value)
    sys.modules[module.__name__] = module
    return module


def words():
    """Return and forget what was done, without instances."""
    done = [" ".join(line.split()[:2]) for line in LOG]
    LOG.clear()
    return done


def run(rig, report):
    import omni.kit.commands as commands
    import omni.kit.undo as undo

    module = make_commands()
    handle = commands.register_all_commands_in_module(module)
    changes = []
    undo.subscribe_on_change(changes.append)

    report["result"] = commands.execute("AddCommand", word="a")
    report["result_by_short_name"] = commands.execute("Add", word="b")
    report["result_by_accessor"] = handle.Add(word="c")
    report["unknown"] = commands.execute("Nothing", word="a")
    report["bad_argument"] = commands.execute("Add", sound="a")
    report["parameters"] = [p.name for p in commands.get_command_parameters("Add")]
    report["class"] = commands.get_command_class("Add") is module.AddCommand
    report["created"] = type(commands.create("Add", word="x")).__name__
    report["changes"] = list(changes)
    words()
    undo.clear_stack()

    commands.execute("Add", word="one")
    instance = LOG[-1].split()[2]
    report["can"] = [undo.can_undo(), undo.can_redo()]
    report["undone"] = undo.undo()
    report["can_after_undo"] = [undo.can_undo(), undo.can_redo()]
    undo.redo()
    report["redo_is_same_instance"] = LOG[-1].split()[2] == instance
    undo.repeat()
    report["repeat_is_same_instance"] = LOG[-1].split()[2] == instance
    report["repeat_word"] = LOG[-1].split()[1]
    report["stack"] = [(entry.name, entry.level) for entry in undo.get_undo_stack()]
    report["history"] = [entry.kwargs for entry in undo.get_history().values()][-1]
    undo.undo()
    commands.execute("Add", word="new")
    report["redo_after_new_command"] = undo.can_redo()
    undo.undo()
    commands.execute("Plain")
    report["redo_after_plain_command"] = undo.can_redo()
    report["plain_is_on_stack"] = "Plain" in [entry.name for entry in undo.get_undo_stack()]
    with undo.disabled():
        commands.execute("Add", word="silent")
    report["redo_after_disabled"] = undo.can_redo()
    report["disabled_count"] = len(undo.get_undo_stack())
    words()
    undo.clear_stack()

    report["failed"] = commands.execute("Add", word="bad", fails=True, inner=["x", "y"])
    report["failed_did"] = words()
    report["failed_stack"] = [len(undo.get_undo_stack()), undo.can_redo()]
    undo.clear_stack()

    with undo.group(), undo.group():
        commands.execute("Add", word="first", inner=["nested"])
        report["failed_in_group"] = commands.execute("Add", word="bad", fails=True)
        commands.execute("Add", word="last")
    report["group_did"] = words()
    report["group_stack"] = [(entry.name, entry.level) for entry in undo.get_undo_stack()]
    undo.undo()
    report["group_undid"] = words()
    report["group_left"] = len(undo.get_undo_stack())
    undo.redo()
    report["group_redid"] = words()
    undo.undo()
    words()
    try:
        with undo.group():
            commands.execute("Add", word="kept")
            raise KeyError("body")
    except KeyError:
        report["group_raised"] = True
    report["kept"] = words()
    commands.execute("Add", word="outside")
    report["level_after_group"] = undo.get_undo_stack()[-1].level
    undo.clear_stack()
    words()

    commands.execute("Add", word="stuck", fails_in_undo=True)
    report["undo_that_fails"] = undo.undo()
    report["undo_that_fails_stack"] = [undo.can_undo(), undo.can_redo()]

    commands.unregister_module_commands(handle)
    report["after_unregister"] = commands.execute("Add", word="a")
    report["nothing_to_undo"] = [undo.undo(), undo.clear_stack(), undo.undo(), undo.redo()]


if __name__ == "__main__":
    main(run)
