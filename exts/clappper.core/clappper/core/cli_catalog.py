"""The commands ``clappper catalog ...``: build, search, info, measure, check and refresh an index.

Sentences go to standard error, results to standard output.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from clappper.core.console import parse_count, print_json, print_line, say
from clappper.core.errors import CatalogError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.catalog.models import Asset, SearchFilters, SearchResult
    from clappper.core.catalog.store import CatalogStore
    from clappper.core.issue import Issue

__all__ = ["add_catalog_commands"]

_EXIT_FAILED, _EXIT_PARTLY = 1, 3
#: Findings that are shown one by one; ``--json`` has all.
_SHOWN = 20
#: Longest line of a file of queries [characters].
_QUERY_LIMIT = 10_000


def add_catalog_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """Add ``catalog`` and its verbs to the command line."""
    catalog = commands.add_parser("catalog", help="build, search and look after an asset index")
    verbs = catalog.add_subparsers(metavar="VERB", required=True)
    build = verbs.add_parser(
        "build",
        help="build an index, or bring it up to date",
        description=(
            "Build an index from master_index.json files, listings of aws s3 ls --recursive, "
            "individual/ folders and folders or drives of USD files; demo is the demo pack. "
            "What did not change since the last build is not read again."
        ),
    )
    build.add_argument("sources", metavar="SOURCE", nargs="+")
    build.add_argument("--out", required=True, type=Path, metavar="FILE", help="the index")
    build.add_argument("--bucket", metavar="NAME", help="bucket of an S3 listing")
    build.add_argument("--force", action="store_true", help="read everything again")
    build.set_defaults(run=_run_build)

    search = verbs.add_parser("search", help="search an index")
    search.add_argument("query", metavar="QUERY", nargs="?")
    search.add_argument(
        "--queries",
        metavar="FILE",
        help="a query a line (- for standard input); prints one JSON a line",
    )
    search.add_argument("--limit", type=parse_count, default=10, metavar="N")
    search.add_argument("--pack", metavar="NAME", help="only assets of this pack")
    search.add_argument("--category", metavar="NAME", help="only this category or group of them")
    search.add_argument(
        "--min-size", type=_parse_length, metavar="M", help="longest side at least [m]"
    )
    search.add_argument(
        "--max-size", type=_parse_length, metavar="M", help="longest side at most [m]"
    )
    search.set_defaults(run=_run_search)

    info = verbs.add_parser("info", help="say what an index holds and what it left out")
    info.set_defaults(run=_run_info)

    measure = verbs.add_parser(
        "measure", help="measure the USD files and keep their sizes with the index"
    )
    measure.add_argument("--workers", type=parse_count, metavar="N", help="processes at once")
    measure.add_argument(
        "--timeout", type=_parse_length, default=60.0, metavar="S", help="time for one file [s]"
    )
    measure.add_argument("--force", action="store_true", help="measure the unchanged too")
    measure.set_defaults(run=_run_measure)

    check = verbs.add_parser("check", help="list the assets whose files are not found")
    check.set_defaults(run=_run_check)
    for verb in (measure, check):
        _add_assets(verb)
    for verb in (search, info, check):
        verb.add_argument(
            "--catalog",
            type=Path,
            metavar="FILE",
            help="index or master index (default: demo pack)",
        )
    measure.add_argument("--catalog", type=Path, metavar="FILE", required=True, help="built index")

    refresh = verbs.add_parser(
        "refresh", help="fetch a master index again if it has changed; works offline"
    )
    refresh.add_argument("source", metavar="URL", help="https or s3 address, or a file")
    refresh.add_argument("--out", required=True, type=Path, metavar="FILE", help="the local copy")
    refresh.add_argument(
        "--timeout", type=_parse_length, default=60.0, metavar="S", help="time for it [s]"
    )
    refresh.add_argument(
        "--allow-shrink", action="store_true", help="take one that lost half of its entries"
    )
    refresh.set_defaults(run=_run_refresh)
    for verb in (build, search, info, measure, check, refresh):
        verb.add_argument(
            "--json", action="store_true", help="print the result as JSON on standard output"
        )


def _add_assets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--assets",
        action="append",
        default=[],
        metavar="ROOT",
        help="folder or drive that holds packs/, or s3://BUCKET=FOLDER; may be repeated",
    )


def _parse_length(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 < value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number greater than 0")
    return value


def _run_build(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.demo import demo_root
    from clappper.core.catalog.store import build_index
    from clappper.core.progress import ProgressReporter

    sources = [demo_root() if text == "demo" else Path(text) for text in arguments.sources]
    with ProgressReporter(sys.stderr) as reporter:
        report = build_index(
            sources,
            arguments.out,
            on_progress=lambda stage, done, total: reporter.show_bar(
                stage, done, total or None, unit=""
            ),
            bucket=arguments.bucket,
            force=arguments.force,
        )
    if arguments.json:
        print_json(
            {
                "out": str(arguments.out),
                "file": str(report.path),
                "revision": report.revision,
                "up_to_date": report.is_up_to_date,
                "entries": report.entry_count,
                "assets": report.asset_count,
                "measured": report.measured_count,
                "dropped": report.dropped,
                "sources": [source._asdict() for source in report.sources],
                "issues": [issue.model_dump() for issue in report.issues],
            }
        )
    else:
        _tell_issues(report.issues)
        state = "Up to date" if report.is_up_to_date else "Built"
        print_line(
            f"{state}: {report.asset_count} assets of {report.entry_count} entries, "
            f"{report.measured_count} measured, in {arguments.out}"
        )
    return _EXIT_PARTLY if report.failed_sources else 0


def _run_search(arguments: argparse.Namespace) -> int:
    if (arguments.query is None) == (arguments.queries is None):
        raise UsageError("Give either a query or a file of queries with --queries.")
    catalog = _open(arguments.catalog)
    filters = _make_filters(arguments)
    if arguments.queries is not None:
        for query in _read_queries(arguments.queries):
            result = catalog.search(query, limit=arguments.limit, filters=filters)
            print_line(json.dumps(_describe_result(result)))
        return 0
    result = catalog.search(arguments.query, limit=arguments.limit, filters=filters)
    if arguments.json:
        print_json(_describe_result(result))
        return 0
    for hit in result.hits:
        asset, size = hit.asset, hit.size_m
        sides = "" if size is None else f"{size.x:.2f} x {size.y:.2f} x {size.z:.2f} m"
        guess = "" if hit.is_measured or size is None else " (usual size)"
        print_line(
            f"{asset.asset_id}  {asset.noun:24} {asset.name}  ({asset.pack})  {sides}{guess}"
        )
    if not result.hits:
        nearest = ", ".join(asset.name for asset in result.suggestions)
        print_line(
            f"Nothing in the catalog matches {arguments.query!r}."
            + (f" Nearest: {nearest}." if nearest else "")
        )
    return 0


def _make_filters(arguments: argparse.Namespace) -> SearchFilters | None:
    from clappper.core.catalog.models import SearchFilters

    filters = SearchFilters(
        pack=arguments.pack,
        category=arguments.category,
        min_size_m=arguments.min_size,
        max_size_m=arguments.max_size,
    )
    return None if filters == SearchFilters() else filters


def _describe_result(result: SearchResult) -> dict[str, Any]:
    """Return a search result as the command line's JSON has it."""
    return {
        "query": result.query,
        "hits": [
            {
                **_describe_asset(hit.asset),
                "score": hit.score,
                "size_m": None if hit.size_m is None else hit.size_m.model_dump(),
                "measured": hit.is_measured,
                "variants": list(hit.variants),
            }
            for hit in result.hits
        ],
        "missing": not result.hits,
        "suggestions": [_describe_asset(asset) for asset in result.suggestions],
    }


def _describe_asset(asset: Asset) -> dict[str, Any]:
    return {
        "asset_id": asset.asset_id,
        "name": asset.name,
        "noun": asset.noun,
        "pack": asset.pack,
    }


def _read_queries(name: str) -> Iterator[str]:
    """Yield the lines of a file as they come; one answer a line, empty lines included."""
    if name == "-":
        yield from _split_lines(sys.stdin)
        return
    try:
        with Path(name).open(encoding="utf-8-sig", errors="replace", newline=None) as file:
            yield from _split_lines(file)
    except OSError as exc:
        raise UsageError(f"Cannot read the queries {name}: {exc.strerror or exc}.") from exc


def _split_lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(_QUERY_LIMIT):
        rest = line
        while not rest.endswith("\n") and (rest := file.readline(_QUERY_LIMIT)):
            pass  # what is longer than any query is left out
        yield line.rstrip("\r\n")


def _run_info(arguments: argparse.Namespace) -> int:
    info = _open(arguments.catalog).info()
    if arguments.json:
        print_json(
            {
                "revision": info.revision,
                "entries": info.entry_count,
                "assets": info.object_count,
                "variants": info.variant_count,
                "packs": [pack._asdict() for pack in info.packs],
                "dropped": dict(info.dropped),
                "examples": {reason: list(paths) for reason, paths in info.examples.items()},
                "sources": [{"path": path, "kind": kind} for path, kind in info.sources],
            }
        )
        return 0
    print_line(
        f"{info.object_count} assets of {info.entry_count} entries; "
        f"{info.variant_count} are other files of the same objects."
    )
    for path, kind in info.sources:
        print_line(f"  source   {path} ({kind})")
    for pack in info.packs:
        print_line(
            f"  {pack.pack:32} {pack.objects:6} assets, {pack.measured:6} measured"
            + (f", {pack.unusable} unusable" if pack.unusable else "")
        )
    for reason, count in sorted(info.dropped.items(), key=lambda pair: -pair[1]):
        example = next(iter(info.examples.get(reason, ())), None)
        print_line(
            f"  dropped  {count:6} {reason}" + (f", for example {example}" if example else "")
        )
    return 0


def _run_measure(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.measuring.measure_cache import MeasureCache, find_cache_path
    from clappper.core.catalog.measuring.measure_run import measure_assets
    from clappper.core.catalog.resolve import RootResolver
    from clappper.core.catalog.store import merge_measures
    from clappper.core.progress import ProgressReporter

    catalog = _open(arguments.catalog)
    if not catalog.is_built:
        raise UsageError(
            f"{arguments.catalog} is no built index; make one with clappper catalog build."
        )
    assets, roots = catalog.list_assets(), _list_roots(arguments)
    resolver = RootResolver(roots)
    dead = resolver.list_dead_roots()
    if dead and len(dead) >= len(roots):
        raise CatalogError(dead[0])
    found, missing = [], 0
    with ProgressReporter(sys.stderr) as reporter:
        for number, asset in enumerate(assets, start=1):
            path = resolver.look_up(asset).path
            missing += path is None
            if path is not None:
                found.append((asset.asset_path, asset.asset_id, path))
            reporter.show_bar("Looking for files", number, len(assets), unit="asset")
        with MeasureCache.open(find_cache_path(arguments.catalog)) as cache:
            report = measure_assets(
                found,
                cache,
                workers=arguments.workers,
                timeout_s=arguments.timeout,
                force=arguments.force,
                on_progress=lambda done, total: reporter.show_bar(
                    "Measuring", done, total, unit="asset"
                ),
            )
    measured = merge_measures(arguments.catalog)
    if arguments.json:
        print_json(
            {
                "total": len(assets),
                "not_found": missing,
                "measured_now": report.measured,
                "unchanged": report.reused,
                "in_index": measured,
                "unusable": [{"asset_path": p, "reason": r} for p, r in report.unusable],
                "unread": [{"asset_path": p, "reason": r} for p, r in report.unread],
            }
        )
    else:
        _tell_each("unusable", report.unusable)
        _tell_each("not read", report.unread)
        print_line(
            f"Measured {report.measured} assets, {report.reused} were unchanged, "
            f"{len(report.unusable)} cannot be used, {missing} have no file."
        )
    return _EXIT_FAILED if assets and not found else 0


def _run_check(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.files.check import check_assets
    from clappper.core.progress import ProgressReporter

    catalog = _open(arguments.catalog)
    with ProgressReporter(sys.stderr) as reporter:
        report = check_assets(
            catalog.list_assets(),
            _list_roots(arguments),
            on_progress=lambda done, total: reporter.show_bar(
                "Looking for files", done, total, unit="asset"
            ),
        )
    if arguments.json:
        print_json(
            {
                "ok": report.ok,
                "total": report.total,
                "resolved": report.resolved,
                "unanswered": report.unanswered,
                "dead_roots": list(report.dead_roots),
                "packs": [pack._asdict() for pack in report.packs],
                "unresolved": [
                    {
                        **_describe_asset(item.asset),
                        "asset_path": item.asset.asset_path,
                        "reason": item.reason,
                    }
                    for item in report.unresolved
                ],
            }
        )
    else:
        for sentence in report.dead_roots:
            say(sentence)
        for item in report.unresolved:
            print_line(f"{item.asset.asset_path}  {item.reason}")
        print_line(f"{report.resolved} of {report.total} assets have a file.")
    return 0 if report.ok else _EXIT_PARTLY


def _run_refresh(arguments: argparse.Namespace) -> int:
    from clappper.core.catalog.files.refresh import refresh

    report = refresh(
        arguments.source,
        arguments.out,
        deadline_s=arguments.timeout,
        allow_shrink=arguments.allow_shrink,
    )
    if arguments.json:
        print_json(report._asdict())
    else:
        print_line(report.message)
    return 0


def _open(path: Path | None) -> CatalogStore:
    from clappper.core.catalog.demo import open_demo_catalog
    from clappper.core.catalog.store import open_catalog

    return open_catalog(path) if path is not None else open_demo_catalog()


def _list_roots(arguments: argparse.Namespace) -> Sequence[str | Path]:
    from clappper.core.catalog.demo import demo_root

    return arguments.assets if arguments.catalog else (*arguments.assets, demo_root())


def _tell_issues(issues: Sequence[Issue]) -> None:
    _tell_lines([f"{issue.severity}: {issue.message}" for issue in issues])


def _tell_each(word: str, pairs: Sequence[tuple[str, str]]) -> None:
    _tell_lines([f"{word}: {path}: {reason}" for path, reason in pairs])


def _tell_lines(lines: Sequence[str]) -> None:
    for line in lines[:_SHOWN]:
        say(line)
    if len(lines) > _SHOWN:
        say(f"{len(lines) - _SHOWN} more; --json lists all.")
