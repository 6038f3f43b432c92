"""`bangfu …`, the same as `python -m bot …`."""

import sys

from bot.commands import run


def main() -> None:
    """Run one command and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
