"""`bangfu serve` and `bangfu worker`."""

import argparse
import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from aiohttp import web

from bot.app import Bot, build, ringing, web_application
from bot.commands import CommandError
from bot.commands.store import opened, settings
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
    serving.add_argument("--port", type=int, default=8000, help=say.PORT)
    serving.add_argument("--workers", type=int, default=1, metavar="N", help=say.WORKERS)
    serving.add_argument("--no-scheduler", action="store_true", help=say.NO_SCHEDULER)
    serving.set_defaults(run=_serve)
    working = commands.add_parser("worker", help=say.WORKER, description=say.WORKER)
    working.set_defaults(run=_work)


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

    `shared` lets several processes listen on one port. Raises OSError where the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    # What the start has made stays: the collector need not walk it again and again, which stops all turns for tens of
    # milliseconds each time.
    gc.collect()
    gc.freeze()
    try:
        await web.TCPSite(runner, host, port, reuse_port=shared or None).start()
        log.info("serve.started", port=port, scheduler=scheduler, process=os.getpid())
        if when_listening is not None:
            await when_listening()
        await _until_stopped(bot, scheduler=scheduler)
    finally:
        await runner.cleanup()
        log.info("serve.stopped", process=os.getpid())


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
    if options.workers > 1:
        _share(of, options)
        return
    configure_logs(json=not sys.stderr.isatty())
    _run_one(of, options, scheduler=not options.no_scheduler, shared=False)


def _run_one(of: Settings, options: argparse.Namespace, *, scheduler: bool, shared: bool) -> None:
    async def run() -> None:
        async with opened(of):
            pass
        bot = await build(of, SystemClock(of.zone))
        try:
            await serve(bot, web_application(bot), options.host, options.port, scheduler=scheduler, shared=shared)
        except OSError as error:
            raise CommandError(say.port_taken(options.port)) from error

    uvloop.run(run())


def _share(of: Settings, options: argparse.Namespace) -> None:
    """Run several processes on one port; the first rings the clock. Ends when all have; one that dies ends all."""
    if port_is_taken(options.host, options.port):
        raise CommandError(say.port_taken(options.port))
    children: set[int] = set()
    for order in range(options.workers):
        child = os.fork()
        if child == 0:
            configure_logs(json=not sys.stderr.isatty())
            try:
                _run_one(of, options, scheduler=order == 0 and not options.no_scheduler, shared=True)
            except CommandError as error:
                print(error, file=sys.stderr)
                os._exit(1)
            os._exit(0)
        children.add(child)

    def pass_on(number: int, _frame: object) -> None:
        for process in children:
            os.kill(process, number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
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
        except OSError:
            return True
    return False


def _work(_: argparse.Namespace) -> None:
    of = settings(platform_needed=True)
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
