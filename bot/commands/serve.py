"""`bangfu serve` and `bangfu worker`."""

import argparse
import asyncio
import errno
import gc
import os
import re
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import uvloop
from aiohttp import web

from bot.app import Bot, build, ringing, web_application
from bot.commands import CommandError
from bot.commands.store import opened, policies_of, settings
from bot.core.clock import SystemClock
from bot.core.telemetry import configure_logs, log
from bot.messages import commands as say
from bot.settings import Settings

GRACE_SECONDS = 15
"""How long a stop waits for the turns and sends under way; container runtimes kill after 30 s at the most."""


def add(commands: Any) -> None:
    """Add `serve` and `worker`."""
    serving = commands.add_parser("serve", help=say.SERVE, description=say.SERVE)
    serving.add_argument("--host", default="127.0.0.1", help=say.HOST)
    serving.add_argument("--port", type=read_port, default=8000, help=say.PORT)
    serving.add_argument("--workers", type=_read_count, default=1, metavar="N", help=say.WORKERS)
    serving.add_argument("--no-scheduler", action="store_true", help=say.NO_SCHEDULER)
    serving.set_defaults(run=_serve)
    working = commands.add_parser("worker", help=say.WORKER, description=say.WORKER)
    working.set_defaults(run=_work)


def read_port(text: str) -> int:
    """Read a port given on the command line."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(say.NOT_A_PORT)
    return int(text)


def _read_count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(say.NOT_A_COUNT)
    return int(text)


async def serve(
    bot: Bot,
    app: web.Application,
    host: str,
    port: int,
    *,
    scheduler: bool,
    shared: bool = False,
    when_listening: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until the process is told to stop; then answer what was heard, and end.

    `shared` lets several processes listen on one port.

    Raises:
        CommandError: nobody can listen there.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    # What the start has made stays: the collector need not walk it again and again, which stops all turns for tens of
    # milliseconds each time.
    gc.collect()
    gc.freeze()
    try:
        await _listen(web.TCPSite(runner, host, port, reuse_port=shared or None), host, port)
        log.info("serve.started", port=port, scheduler=scheduler, process=os.getpid())
        if when_listening is not None:
            await when_listening()
        await _until_stopped(bot, scheduler=scheduler)
    finally:
        await runner.cleanup()
        log.info("serve.stopped", process=os.getpid())


async def _listen(site: web.TCPSite, host: str, port: int) -> None:
    try:
        await site.start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise CommandError(say.port_taken(port) if taken else say.cannot_listen(host)) from error


async def _until_stopped(bot: Bot, *, scheduler: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if scheduler:
        async with ringing(bot):
            await stop.wait()
    else:
        await stop.wait()


def _serve(options: argparse.Namespace) -> None:
    of = settings(platform_needed=True)
    policies_of(of)
    if options.workers > 1:
        _share(of, options)
        return
    configure_logs(json=not sys.stderr.isatty())
    _run_one(of, options, scheduler=not options.no_scheduler, shared=False)


def _run_one(of: Settings, options: argparse.Namespace, *, scheduler: bool, shared: bool) -> None:
    async def run() -> None:
        async with opened(of):
            pass
        # (Where nobody has said how phones reach us, whoever is on this machine can at least open the pages.)
        reached = of.public_url or f"http://127.0.0.1:{options.port}"
        bot = await build(replace(of, public_url=reached), SystemClock(of.zone))
        await serve(bot, web_application(bot), options.host, options.port, scheduler=scheduler, shared=shared)

    uvloop.run(run())


def _share(of: Settings, options: argparse.Namespace) -> None:
    """Run several processes on one port; the first rings the clock. Ends when all have; one that dies ends all."""
    if port_is_taken(options.host, options.port):
        raise CommandError(say.port_taken(options.port))
    children: set[int] = set()

    def pass_on(number: int, _frame: object) -> None:
        for process in children:
            os.kill(process, number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    for order in range(options.workers):
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            configure_logs(json=not sys.stderr.isatty())
            try:
                _run_one(of, options, scheduler=order == 0 and not options.no_scheduler, shared=True)
            except CommandError as error:
                print(error, file=sys.stderr)
                os._exit(1)
            os._exit(0)
        children.add(child)
    failed = False
    while children:
        process, status = os.wait()
        children.discard(process)
        if status != 0 and not failed:
            # The runtime that started us restarts the whole; half a service would only hide the fault.
            failed = True
            pass_on(signal.SIGTERM, None)
    if failed:
        raise CommandError(say.WORKER_DIED)


def port_is_taken(host: str, port: int) -> bool:
    """Whether somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _work(_: argparse.Namespace) -> None:
    of = settings(platform_needed=True)
    policies_of(of)
    configure_logs(json=not sys.stderr.isatty())

    async def run() -> None:
        async with opened(of):
            pass
        bot = await build(of, SystemClock(of.zone))
        try:
            await _until_stopped(bot, scheduler=True)
        finally:
            await bot.close()

    uvloop.run(run())
