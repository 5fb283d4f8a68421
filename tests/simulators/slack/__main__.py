"""Runs a simulated Slack on a free port of this machine until it is told to end."""

import asyncio
import signal

from aiohttp import web

from tests.simulators.slack.api.server import Api
from tests.simulators.slack.control.endpoint import Control
from tests.simulators.slack.simulation import Simulation


async def serve() -> None:
    """Say the address, and go on until a signal comes."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    sim = Simulation()

    async def connect(request: web.Request) -> web.StreamResponse:
        return await sim.sockets.serve(request)  # a reset gives it others

    application = web.Application(client_max_size=10 * 1024 * 1024)
    application.add_routes([*Api(sim).routes(), *Control(sim).routes(), web.get("/link/", connect)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    host, port = runner.addresses[0][:2]
    sim.listen_at(f"http://{host}:{port}")
    print(sim.base, flush=True)  # noqa: T201  whoever started this process waits for the line
    await ended.wait()
    await sim.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
