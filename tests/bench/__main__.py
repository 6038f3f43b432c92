"""`make bench`: every figure, one after the other; `python -m tests.bench policies start` measures those only."""

import shutil
import subprocess
import sys

from tests import databases

PARTS = ("start", "inbound", "lookups", "imports", "policies", "understanding")


def main() -> None:
    """Run the benchmarks; say what is missing where one cannot run.

    Each in a process of its own: what one leaves in memory would count for the next, and for the processes it starts.
    """
    chosen = sys.argv[1:] or list(PARTS)
    unknown = [part for part in chosen if part not in PARTS]
    if unknown:
        sys.exit(f"There is no part {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    if shutil.which("wrk") is None or not databases.answers(databases.POSTGRESQL_URL):
        sys.exit("make bench needs wrk and PostgreSQL (BANGFU_TEST_DATABASE_URL, or 127.0.0.1:5432).")
    for part in chosen:
        subprocess.run([sys.executable, "-c", f"from tests.bench import {part}; {part}.main()"], check=True)


if __name__ == "__main__":
    main()
