"""`make bench`: every figure, one after the other."""

import shutil
import sys

from tests import databases
from tests.bench import imports, inbound, lookups, policies, start, understanding


def main() -> None:
    """Run all benchmarks; say what is missing where one cannot run."""
    if shutil.which("wrk") is None or not databases.answers(databases.POSTGRESQL_URL):
        sys.exit("make bench needs wrk and PostgreSQL (BANGFU_TEST_DATABASE_URL, or 127.0.0.1:5432).")
    start.main()
    inbound.main()
    lookups.main()
    imports.main()
    policies.main()
    understanding.main()


if __name__ == "__main__":
    main()
