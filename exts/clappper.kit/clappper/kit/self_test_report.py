"""What a self-test found out, as values, as JSON and as a page to read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

from clappper.core.files import write_json, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.kit.assumption_check import Finding
    from clappper.kit.host_check import HostFinding

__all__ = ["SelfTestReport", "Step", "write_report"]

_MARKS = {"ok": "passed", "failed": "FAILED", "skipped": "skipped"}


@dataclass(frozen=True)
class Step:
    """One step of the test."""

    name: str
    outcome: Literal["ok", "failed", "skipped"]
    #: A sentence.
    message: str
    duration_s: float = 0.0
    #: Traceback of what nobody expected.
    details: str = ""


@dataclass
class SelfTestReport:
    """Everything at once; grows while the test runs."""

    folder: Path
    #: Versions of Kit, its extensions, Python and OpenUSD, and the platform.
    versions: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    host: list[HostFinding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def differences(self) -> list[Finding]:
        """What of Kit is not as assumed and keeps the code from working."""
        return [finding for finding in self.findings if finding.is_failure]

    @property
    def is_ok(self) -> bool:
        """Whether every step went well."""
        return bool(self.steps) and all(step.outcome == "ok" for step in self.steps)

    @property
    def sentence(self) -> str:
        """What came of it, for the panel."""
        if self.is_ok:
            return f"The self-test passed: {len(self.steps)} steps. Report: {self._page}"
        failed = ", ".join(step.name for step in self.steps if step.outcome == "failed")
        names = ", ".join(finding.target for finding in self.differences[:3])
        of_kit = f" Different in this Kit: {names}." if names else ""
        return f"The self-test failed at: {failed or 'the start'}.{of_kit} Report: {self._page}"

    @property
    def _page(self) -> str:
        return (self.folder / "self_test.md").as_posix()


def write_report(report: SelfTestReport) -> None:
    """Write ``self_test.json`` and ``self_test.md`` into the report's folder.

    Raises:
        OutputError: It cannot be written.
    """
    document = {
        "schema_version": 1,
        "ok": report.is_ok,
        "sentence": report.sentence,
        "versions": report.versions,
        "steps": [asdict(step) for step in report.steps],
        "host": [asdict(finding) for finding in report.host],
        "findings": [asdict(finding) for finding in report.findings],
    }
    write_json(report.folder / "self_test.json", document)
    write_text(report.folder / "self_test.md", _write_page(report))


def _write_page(report: SelfTestReport) -> str:
    lines = ["# Clappper self-test", "", report.sentence, "", "## Steps", ""]
    for step in report.steps:
        lines.append(f"- **{_MARKS[step.outcome]}** {step.name}: {step.message}")
        if step.details:
            lines += ["", *(f"      {line}" for line in step.details.splitlines()), ""]
    lines += ["", "## What differs in this Kit", "", *_list_differences(report)]
    lines += ["", "## Not enabled, optional, or not looked at", "", *_list_rest(report)]
    lines += ["", "## This machine", ""]
    lines += [f"- {'ok' if f.is_ok else '**differs**'} {f.name}: {f.message}" for f in report.host]
    lines += ["", "## Versions", ""]
    lines += [f"- {name}: {version}" for name, version in report.versions.items()]
    return "\n".join(lines) + "\n"


def _list_differences(report: SelfTestReport) -> list[str]:
    lines = [
        f"- `{f.target}` {f.outcome}: {f.message} Used for: {f.used_for}"
        for f in report.differences
    ]
    count = sum(finding.outcome == "ok" for finding in report.findings)
    return lines or [f"Nothing: {count} names, calls, values and defaults are as assumed."]


def _list_rest(report: SelfTestReport) -> list[str]:
    lines = [
        f"- `{f.target}` {f.outcome}: {f.message}"
        for f in report.findings
        if f.outcome != "ok" and not f.is_failure
    ]
    return lines or ["Nothing."]
