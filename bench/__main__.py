"""Run the benches: ``python -m bench [NAME…] [--list] [--json]``."""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")


def bench_names() -> list[str]:
    """Modules of this folder; each is a bench."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as aligned text under their column names."""
    names = list(rows[0])
    lines = [names, *([_text(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(names))]
    return "\n".join("  ".join(_cells(line, widths)) for line in lines)


def _cells(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The first column to the left, figures to the right."""
    return [
        cell.rjust(width) if n else cell.ljust(width)
        for n, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def main() -> int:
    """Run the benches named, or all; tables on stdout, progress on stderr."""
    known = bench_names()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--list", action="store_true", help="say which benches there are")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of tables")
    chosen = parser.parse_args()
    if chosen.list:
        print("\n".join(f"{name}: {_first_line(name)}" for name in known))
        return 0
    unknown = sorted(set(chosen.names) - set(known))
    if unknown:
        parser.error(f"no bench is called {unknown[0]}; known: {', '.join(known)}")
    report: dict[str, object] = {}
    for name in chosen.names or known:
        print(f"{name} …", file=sys.stderr, flush=True)
        began = time.perf_counter()
        before = set(report)
        import_module(f"bench.{name}").run(report)
        if not chosen.json:
            for part in sorted(report.keys() - before):
                rows = report[part]
                print(f"\n{part}: {_first_line(name)}\n{table(rows)}")  # type: ignore[arg-type]
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    if chosen.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    return 0


def _first_line(name: str) -> str:
    return (import_module(f"bench.{name}").__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
