# SPDX-License-Identifier: Apache-2.0
"""The gate: stands between two parties on loopback, passes their bytes on and disturbs them by rules.

    python3 -m tests.chaos.gate.gate --control SOCKET [--seed N]

Control is one JSON object a line each way over the unix socket SOCKET, {"ok": true, ...} or {"error": "..."}:

    {"do": "open", "place": NAME, "to": [HOST, PORT] or PATH, "dialect": "http1"|"http2"|"postgresql"|"opaque"
                                        [, "listen": PATH]}
                                     -> {"address": [HOST, PORT] or PATH}
    {"do": "close", "place": NAME}      ends its connections and listens no more
    {"do": "set", "rule": {...}}     -> {"id"}; see rules.py
    {"do": "clear"}                     all rules; what was held flows again, what was swallowed is cut
    {"do": "wait", "id", "for": "struck"|"gave_up", "times", "seconds"}
                                     -> {"count"}: so often the rule really struck, or a client that met a "drop" left
    {"do": "hang_up", "place": NAME}    ends its connections
    {"do": "read"}                   -> {"open": connections, "seen": {place: connections since it was opened}}
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sys

from tests.chaos.gate.line import Line
from tests.chaos.gate.readers import READERS
from tests.chaos.gate.rules import Rules


class Place:
    def __init__(self, name, to, dialect, listen, rules, seed):
        if dialect not in READERS:
            raise ValueError(f"dialect '{dialect}'; there are {', '.join(READERS)}")
        self.name, self.to, self.dialect, self.rules = name, to, dialect, rules
        self.random = random.Random(f"{seed} {name}")
        self.count = 0
        self.lines = set()
        if listen:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(listen)
        else:
            self.socket = socket.socket()
            self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(512)
        self.socket.setblocking(False)
        self.address = listen or list(self.socket.getsockname())
        self.accepting = asyncio.ensure_future(self._accept())

    async def _accept(self):
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(self.socket)
            client.setblocking(False)
            self._without_delay(client)
            self.count += 1
            line = Line(self, self.count, client, self.rules, self.random.random())
            task = asyncio.ensure_future(line.run())
            self.lines.add(task)
            task.add_done_callback(self.lines.discard)

    async def connect(self):
        unix = isinstance(self.to, str)
        upstream = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        upstream.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(upstream, self.to if unix else tuple(self.to))
        except BaseException:
            upstream.close()
            raise
        self._without_delay(upstream)
        return upstream

    @staticmethod
    async def _end(tasks):
        tasks = list(tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    def _without_delay(side):
        """Or the system would put together again what a rule splits."""
        if side.family != socket.AF_UNIX:
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def hang_up(self):
        await self._end(self.lines)

    async def close(self):
        await self._end([self.accepting, *self.lines])
        self.socket.close()
        if isinstance(self.address, str):
            os.unlink(self.address)


class Gate:
    def __init__(self, seed):
        self.seed = seed
        self.rules = Rules()
        self.places = {}

    async def serve(self, reader, writer):
        try:
            while line := await reader.readline():
                try:
                    answer = {"ok": True, **(await self.do(json.loads(line)) or {})}
                except (ValueError, KeyError, TypeError, OSError) as problem:
                    answer = {"error": f"{type(problem).__name__}: {problem}"}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def do(self, request):
        what = request["do"]
        if what == "open":
            place = Place(request["place"], request["to"], request["dialect"], request.get("listen"), self.rules,
                          self.seed)
            self.places[place.name] = place
            return {"address": place.address}
        if what == "close":
            return await self.places.pop(request["place"]).close()
        if what == "set":
            if request["rule"]["place"] not in self.places:
                raise ValueError(f"no place '{request['rule']['place']}' is open")
            return {"id": self.rules.set(request["rule"]).id}
        if what == "clear":
            return self.rules.clear()
        if what == "wait":
            if request["for"] not in ("struck", "gave_up"):
                raise ValueError(f"for '{request['for']}': wait for struck or gave_up")
            return {"count": await self.rules.wait_for(request["id"], request["for"], request["times"],
                                                       request["seconds"])}
        if what == "hang_up":
            return await self.places[request["place"]].hang_up()
        if what == "read":
            return {"open": sum(len(place.lines) for place in self.places.values()),
                    "seen": {name: place.count for name, place in self.places.items()}}
        raise ValueError(f"'{what}': there is no such request")


async def run(control, seed):
    gate = Gate(seed)
    server = await asyncio.start_unix_server(gate.serve, control)
    async with server:
        await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description="A gate that disturbs what passes it; loopback only")
    parser.add_argument("--control", required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        asyncio.run(run(options.control, options.seed))
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
