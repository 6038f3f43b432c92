"""One sentence understood: the slowest in a hundred, the load, and the memory the learnt weights take."""

import time
from pathlib import Path

from bot.language.intents import understand
from bot.language.review import kept_samples

MEGABYTE = 1024
MS_AT_MOST, LOAD_SECONDS_AT_MOST, MEGABYTES_AT_MOST = 3.0, 1.0, 120
RUNS = 5


def main() -> None:
    """Read every kept sample some times, and print what the quickest reading of each took."""
    before = _kilobytes()
    start = time.perf_counter()
    understand("低保怎么申请呀", "household")
    understand("走访了老张家", "cadre")
    load = time.perf_counter() - start
    took = sorted(min(_seconds(sample.text, sample.role) for _ in range(RUNS)) for sample in kept_samples())
    slowest = took[len(took) * 99 // 100]
    memory = (_kilobytes() - before) / MEGABYTE
    print(
        f"understanding: {1000 * slowest:.2f} ms for 99 in 100 (at most {MS_AT_MOST:.0f}), "
        f"load {load:.2f} s (at most {LOAD_SECONDS_AT_MOST:.0f}), "
        f"{memory:.0f} MB more (at most {MEGABYTES_AT_MOST})"
    )


def _kilobytes() -> int:
    """What the process holds in memory now (VmRSS of proc(5)); the most it ever held says nothing of what was added."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


def _seconds(text: str, role: str) -> float:
    start = time.perf_counter()
    understand(text, role)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
