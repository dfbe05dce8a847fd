"""What goes into a prebundle: the pins, split by what Kit owns, and whether all needs are met."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "PLATFORMS",
    "PYTHONS",
    "ROOT",
    "KitPackages",
    "Pins",
    "PrebundleError",
    "Target",
    "list_unmet_needs",
    "load_kit_packages",
    "load_pins",
    "write_pipapi_table",
]

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.10", "3.11", "3.12")
PLATFORMS = ("linux", "windows")

#: pip's names of the platforms; Kit 106 and later need a glibc newer than that of manylinux_2_28.
_WHEEL_PLATFORMS = {
    "linux": (
        *(f"manylinux_2_{minor}_x86_64" for minor in range(28, 16, -1)),
        "manylinux2014_x86_64",
    ),
    "windows": ("win_amd64",),
}
_MARKERS = {
    "linux": {"os_name": "posix", "platform_system": "Linux", "sys_platform": "linux"},
    "windows": {"os_name": "nt", "platform_system": "Windows", "sys_platform": "win32"},
}


class PrebundleError(Exception):
    """The prebundle cannot be built; the text says what to change."""


@dataclass(frozen=True)
class Target:
    """The Python and the platform that one prebundle is for."""

    python: str
    platform: str

    @property
    def tag(self) -> str:
        """Return the tag of CPython in wheel names."""
        return "cp" + self.python.replace(".", "")

    @property
    def name(self) -> str:
        """Return the name of this target's folders."""
        return f"{self.tag}-{self.platform}-x86_64"

    @property
    def wheel_platforms(self) -> tuple[str, ...]:
        """Return the platforms of the wheels that run there, the preferred first."""
        return _WHEEL_PLATFORMS[self.platform]

    @property
    def markers(self) -> dict[str, str]:
        """Return the environment that requirement markers are evaluated in."""
        return {
            "extra": "",
            "implementation_name": "cpython",
            "platform_machine": "x86_64" if self.platform == "linux" else "AMD64",
            "platform_python_implementation": "CPython",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            **_MARKERS[self.platform],
        }


@dataclass(frozen=True)
class KitPackages:
    """What the Pythons of Kit carry; names are canonical.

    Attributes:
        owned: Never shipped: Kit has them, or what must not be doubled in its process.
        perhaps: Shipped, but used only where Kit turns out to have none.
        build_only: Named by a wheel's metadata but not imported by it.
        versions: By Python version, the versions that Kits with that Python have of a package.
    """

    owned: frozenset[str]
    perhaps: frozenset[str]
    build_only: frozenset[str]
    versions: Mapping[str, Mapping[str, frozenset[str]]]


@dataclass(frozen=True)
class Pins:
    """The distributions of one target, name to version."""

    bundled: dict[str, str]
    fallback: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        """Return both kinds."""
        return {**self.bundled, **self.fallback}


def load_kit_packages(path: Path | None = None) -> KitPackages:
    """Read config/kit-packages.json."""
    data = json.loads((path or ROOT / "config" / "kit-packages.json").read_text(encoding="utf-8"))
    versions: dict[str, dict[str, frozenset[str]]] = {}
    for kit in data["kits"].values():
        of_python = versions.setdefault(kit["python"], {})
        for name, version in {**kit["seen"], **kit["assumed"]}.items():
            of_python[name] = of_python.get(name, frozenset()) | {version}
    return KitPackages(
        owned=frozenset(data["owned"]),
        perhaps=frozenset(data["perhaps"]),
        build_only=frozenset(data["build_only"]),
        versions=versions,
    )


def load_pins(target: Target, kit: KitPackages, path: Path | None = None) -> Pins:
    """Read the pins that hold for a target and split them.

    Raises:
        PrebundleError: A line is no exact pin, pins a name twice, or pins what Kit owns.
    """
    text = (path or ROOT / "config" / "prebundle.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate(target.markers):
            continue
        name = canonicalize_name(requirement.name)
        specifiers = list(requirement.specifier)
        if len(specifiers) != 1 or specifiers[0].operator != "==":
            raise PrebundleError(f"Pin one exact version in config/prebundle.txt: {line}")
        if name in found:
            raise PrebundleError(f"{name} is pinned twice for {target.name}: {line}")
        if name in kit.owned:
            raise PrebundleError(f"Kit has {name} itself; take it out of config/prebundle.txt.")
        found[name] = specifiers[0].version
    return Pins(
        bundled={name: found[name] for name in sorted(found) if name not in kit.perhaps},
        fallback={name: found[name] for name in sorted(found) if name in kit.perhaps},
    )


def write_pipapi_table(path: Path | None = None) -> str:
    """Return the table ``[python.pipapi]`` that makes Kit itself install the same packages.

    One call of pip without needs, because each requirement is installed on its own and with its
    needs: pydantic and numpy would come along. Kit imports the module first to see whether there is
    anything to do, on its main thread; jiter is light and nothing but openai needs it.
    """
    text = (path or ROOT / "config" / "prebundle.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    arguments = ["--no-deps", "--retries 1", "--timeout 15", *(re.sub(r"\s", "", x) for x in lines)]
    requirement = " ".join(arguments)
    return (
        "[python.pipapi]\n"
        f'requirements = ["{requirement}"]\n'
        'modules = ["jiter"]\n'
        "use_online_index = true\n"
    )


def list_unmet_needs(
    requires: Mapping[str, Iterable[str]], target: Target, pins: Pins, kit: KitPackages
) -> list[str]:
    """Return a sentence per requirement that neither the prebundle nor Kit meets.

    Args:
        requires: What each shipped distribution requires, as its metadata says.
        target: Decides which requirements hold.
        pins: What is shipped.
        kit: What Kit has; where no version is known, having it is taken as enough.
    """
    known = kit.versions.get(target.python, {})
    sentences = []
    for distribution, texts in sorted(requires.items()):
        for requirement in map(Requirement, texts):
            if requirement.marker is not None and not requirement.marker.evaluate(target.markers):
                continue
            name = canonicalize_name(requirement.name)
            if name in kit.build_only:
                continue
            versions = set(known.get(name, ()))
            if name in pins.all:
                versions.add(pins.all[name])
            elif name not in kit.owned:
                sentences.append(f"{distribution} needs {requirement}, which nothing brings.")
            sentences += [
                f"{distribution} needs {requirement}, but {name} is {version} there."
                for version in sorted(versions)
                if not requirement.specifier.contains(version, prereleases=True)
            ]
    return sentences
