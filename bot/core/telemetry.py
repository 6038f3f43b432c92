"""日志与指标: one line per message, delivery and ring; our ids only, never names, numbers, openids or what was said."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import structlog
from prometheus_client import Counter, Histogram

log = structlog.get_logger()

MESSAGES = Counter(
    "bangfu_messages_total", "Messages heard, by platform, route and outcome", ["platform", "route", "outcome"]
)
ANSWER_SECONDS = Histogram(
    "bangfu_answer_seconds",
    "Time from callback to reply",
    ["platform"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4.5),
)
REJECTED = Counter(
    "bangfu_callbacks_rejected_total", "Callbacks refused before anybody was heard", ["platform", "reason"]
)
SENDS = Counter("bangfu_sends_total", "Tries to send, by channel and outcome", ["channel", "outcome"])
RINGS = Counter("bangfu_rings_total", "Rings of the clock, by what rang and how it ended", ["ring", "outcome"])


def configure_logs(*, json: bool, level: int = logging.INFO) -> None:
    """Write logs to stderr: as JSON lines for machines, readable otherwise."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer(serializer=_encode)
            if json
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries log requests and statements with values in them: only their warnings, and never the access log.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("aiohttp.access").disabled = True


def _encode(event: structlog.typing.EventDict, **_: object) -> str:
    return msgspec.json.encode(event).decode()


def _without_values(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Turn an exception into its type and the places it went through: its text may hold what a person said."""
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = " < ".join(_places(error))
    return event


def _places(error: BaseException) -> Iterator[str]:
    traceback = error.__traceback__
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}:{code.co_name}")
        traceback = traceback.tb_next
    yield from reversed(places[-6:])


@contextmanager
def timed() -> Iterator[dict[str, int]]:
    """Measure a block: `ms` is there when it ends."""
    took = {"ms": 0}
    start = time.perf_counter()
    try:
        yield took
    finally:
        took["ms"] = round((time.perf_counter() - start) * 1000)
