"""Ending a connection as only a network does."""

import socket
import struct

from aiohttp import web


def cut(request: web.Request, *, reset: bool = False) -> None:
    """End it without an answer or a goodbye; `reset` by a TCP reset."""
    transport = request.transport
    if transport is None:
        return
    plug = transport.get_extra_info("socket")
    if reset and plug is not None:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
