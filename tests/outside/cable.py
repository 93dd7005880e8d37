"""A stretch of network between two parties: bytes go through until a direction is cut. No FIN and no RST then: the other end hears
nothing, as when a router dies. Connections made during a cut are taken and stay silent."""

import asyncio
import contextlib


class Cable:
    def __init__(self, host, to):
        self.host, self.to = host, to
        self.port = None
        self.there, self.back = asyncio.Event(), asyncio.Event()
        self.whole()
        self.relays = set()

    @classmethod
    async def lay(cls, host, to):
        cable = cls(host, to)
        cable.server = await asyncio.start_server(cable.joined, host, 0)
        cable.port = cable.server.sockets[0].getsockname()[1]
        return cable

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def cut(self, there=True, back=True):
        (self.there.clear if there else self.there.set)()
        (self.back.clear if back else self.back.set)()

    def whole(self):
        self.there.set()
        self.back.set()

    def reset(self):
        """Every connection that runs through it breaks, as when a stateful firewall forgets them."""
        for relay in list(self.relays):
            relay.cancel()

    async def joined(self, reader, writer):
        relay = asyncio.current_task()
        self.relays.add(relay)
        far = None
        try:
            await self.there.wait()
            far_reader, far = await asyncio.open_connection(*self.to)
            ways = [asyncio.ensure_future(carry(reader, far, self.there)), asyncio.ensure_future(carry(far_reader, writer, self.back))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
        except OSError:
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self.relays.discard(relay)
            for end in (writer, far):
                if end is not None:
                    end.transport.abort()

    async def close(self):
        self.server.close()
        self.reset()
        with contextlib.suppress(Exception):
            await self.server.wait_closed()


async def carry(reader, writer, open_):
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            await open_.wait()
            writer.write(data)
            await writer.drain()
