"""A county's households file: openpyxl only walking through it, beside all that an import does, in the same run.

`python -m tests.bench.imports [ROUNDS [HOUSEHOLDS]]`. Every figure is of a process of its own: the time is what a
person waits from the command to its answer, and the memory is the most the process ever held.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests import databases

HOUSEHOLDS = 30_000
MEGABYTES_AT_MOST = 600
UNDO_SECONDS_AT_MOST = 30

_WALK = """
import sys, openpyxl
for sheet in openpyxl.load_workbook(sys.argv[1], read_only=True):
    for row in sheet.iter_rows(values_only=True):
        pass
"""
MAKE = """
import sys
from datetime import date
from pathlib import Path
from bot.simulator.county import make_county
households = int(sys.argv[2])
make_county(Path(sys.argv[1]), on=date.today(), households=households, villages=max(1, households // 100), dirt=0.002)
"""
# Every tenth household has become something else and every third telephone is another one.
_CHANGE = """
import sys
from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import write_worksheet
table = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
heading = next(place for place, row in enumerate(table) if "户编号" in row)
headings, rows = table[heading], table[heading + 1 :]
number, category, phone = (headings.index(name) for name in ("户编号", "户类型", "联系电话"))
for row in rows:
    if row[number].endswith("7"):
        row[category] = "一般农户" if row[category] == "脱贫户" else "脱贫户"
    if row[number][-1] in "258" and row[phone]:
        row[phone] = "199" + row[phone][3:]
write_worksheet([dict(zip(headings, row)) for row in rows], sys.argv[2])
"""


@dataclass(frozen=True)
class Ran:
    """What one process took."""

    seconds: float
    megabytes: float


def run(*command: str, env: dict[str, str] | None = None) -> Ran:
    """Run a process to its end, which must be a good one."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Ran(time.perf_counter() - began, used.ru_maxrss / 1024)


def print_bar(what: str, times: list[Ran], walk: float, at_most: float) -> None:
    """Print the median of some runs beside the walk, and whether it is within the bar."""
    seconds, megabytes = median(one.seconds for one in times), max(one.megabytes for one in times)
    holds = megabytes <= MEGABYTES_AT_MOST and seconds <= at_most
    print(
        f"  {what:22} {seconds:6.1f} s (bar {at_most:.1f} s), {seconds / walk:.2f} of openpyxl, {megabytes:4.0f} MB:"
        f" {'holds' if holds else 'DOES NOT HOLD'}",
        flush=True,
    )


async def measure(template: databases.Template, file: Path, changed: Path, rounds: int) -> dict[str, list[Ran]]:
    """Import, import again, try both files, and take the import back, each in a process of its own."""
    steps: dict[str, tuple[str, ...]] = {
        "import": ("households", str(file)),
        "again, unchanged": ("households", str(file)),
        "dry run, unchanged": ("households", str(file), "--dry-run"),
        "dry run, changed": ("households", str(changed), "--dry-run"),
        "undo": ("undo", "1"),
    }
    ran: dict[str, list[Ran]] = {what: [] for what in steps}
    for _ in range(rounds):
        async with template.clone() as url:
            env = os.environ | {"BANGFU_DATABASE_URL": url, "BANGFU_SECRET_KEYS": databases.KEY}
            for what, command in steps.items():
                ran[what].append(await asyncio.to_thread(run, "-m", "bot", "import", *command, "--json", env=env))
    return ran


def print_bars(backend: str, ran: dict[str, list[Ran]], walk: float) -> None:
    """Print every step beside its bar: whatever changes nothing yet must be faster than the import."""
    first = median(one.seconds for one in ran["import"])
    bars = {"import": walk / 2, "undo": UNDO_SECONDS_AT_MOST}
    print(f"{backend}:")
    for what, times in ran.items():
        print_bar(what, times, walk, bars.get(what, min(first, walk / 2)))


def main(rounds: int = 1, households: int = HOUSEHOLDS) -> None:
    """Print every figure and whether it holds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("-c", MAKE, name, str(households))
        file, changed = folder / "households.xlsx", folder / "changed.xlsx"
        run("-c", _CHANGE, str(file), str(changed))
        walk = median(run("-c", _WALK, str(file)).seconds for _ in range(rounds))
        print(f"import of {households} households ({file.stat().st_size / 1e6:.0f} MB .xlsx)")
        print(f"  openpyxl, read-only    {walk:6.1f} s", flush=True)
        for backend in databases.backends():
            with databases.template(backend, folder) as template:
                print_bars(backend, asyncio.run(measure(template, file, changed, rounds)), walk)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
