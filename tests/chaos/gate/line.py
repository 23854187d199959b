# SPDX-License-Identifier: Apache-2.0
"""One connection through the gate: two streams of bytes, passed on as they come, unless a rule says otherwise."""

import asyncio
import contextlib
import random
import socket
import struct

from tests.chaos.gate.readers import DOWN, READERS, UP
from tests.chaos.gate.rules import ENDS

CHUNK = 64 * 1024


class Ended(Exception):
    """A rule ended the connection."""


class Line:
    def __init__(self, place, number, client, rules, seed):
        self.place, self.number, self.rules = place, number, rules
        self.client, self.upstream = client, None
        self.reader = READERS[place.dialect]()
        self.random = random.Random(seed)
        self.swallowing = {UP: False, DOWN: False}
        self.client_left = asyncio.Event()
        self.flowing = {UP: asyncio.Event(), DOWN: asyncio.Event()}
        for event in self.flowing.values():
            event.set()

    async def run(self):
        try:
            for rule in self.rules.at_place(self.place.name):
                if rule.takes_connection(self.number):
                    await self.end(rule, DOWN)
            self.upstream = await self.place.connect()
            await self._pump_both()
        except (Ended, OSError):
            pass
        finally:
            for side in (self.client, self.upstream):
                if side is not None:
                    side.close()

    async def _pump_both(self):
        pumps = [asyncio.ensure_future(self._pump(UP, self.client, self.upstream)),
                 asyncio.ensure_future(self._pump(DOWN, self.upstream, self.client))]
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_EXCEPTION)
            for pump in done:
                pump.result()
        finally:
            for pump in pumps:
                pump.cancel()
            # A socket may be closed only when nobody waits on it.
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, direction, source, sink):
        while data := await self._receive(source):
            for piece in self.reader.feed(direction, data):
                await self.flowing[direction].wait()
                if not self.swallowing[direction]:
                    await self._pass(direction, piece, sink)
        if not self.swallowing[direction]:
            # The other side may have gone already.
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)

    async def _receive(self, source):
        data = b""
        try:
            data = await asyncio.get_running_loop().sock_recv(source, CHUNK)
        finally:
            if not data and source is self.client:
                self.client_left.set()
        return data

    async def _pass(self, direction, piece, sink):
        exchange, data = piece.exchange, bytearray(piece.data)
        if exchange is None:
            return await self._write(sink, data, [])
        begin = exchange.passed[direction]
        exchange.passed[direction] += len(data)
        flows = []
        for rule in self.rules.aimed(self.place.name, direction, exchange, self.number):
            at = rule.offset(exchange, begin, data)
            if at is None:
                continue
            if rule.kind in ENDS:
                await self._write(sink, data[:at], flows)
                await self.end(rule, direction)
                if self.swallowing[direction]:
                    return None
                data, begin = data[at:], begin + at
            elif rule.kind == "corrupt":
                await self._strike(rule, exchange)
                for index in range(at, min(at + rule.flips, len(data))):
                    # The top bit: what was ASCII is no text any more.
                    data[index] ^= 0x80
            else:
                await self._strike(rule, exchange)
                flows.append(rule)
        return await self._write(sink, data, flows)

    async def _strike(self, rule, exchange):
        """Once for each exchange, however many pieces it comes in."""
        if rule.id not in exchange.struck:
            exchange.struck.add(rule.id)
            await self.rules.strike(rule)

    async def _write(self, sink, data, flows):
        loop = asyncio.get_running_loop()
        data = bytes(data)
        if not data:
            return
        for rule in flows:
            if rule.kind == "delay":
                await self._pause(rule, (rule.ms + self.random.uniform(0, rule.jitter_ms)) / 1000)
        split = next((rule for rule in flows if rule.kind == "split"), None)
        throttle = next((rule for rule in flows if rule.kind == "throttle"), None)
        sizes = self._sizes(split, throttle, len(data))
        at = 0
        for size in sizes:
            await loop.sock_sendall(sink, data[at:at + size])
            at += size
            if throttle is not None:
                await self._pause(throttle, size / throttle.bytes_per_s)
            elif split is not None:
                # Lets the other side see this write alone.
                await asyncio.sleep(0)

    def _sizes(self, split, throttle, length):
        at, turn = 0, 0
        while at < length:
            size = length - at
            if split is not None and at < split.limit:
                size = split.sizes[turn % len(split.sizes)]
            elif throttle is not None:
                size = max(throttle.bytes_per_s // 20, 1)
            turn += 1
            yield min(size, length - at)
            at += size

    @staticmethod
    async def _pause(rule, seconds):
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(rule.cleared.wait(), seconds)

    async def end(self, rule, direction):
        """Does what the rule says to the connection; returns when it may go on."""
        await self.rules.strike(rule)
        if rule.kind == "hold":
            for event in self.flowing.values():
                event.clear()
            await rule.cleared.wait()
            for event in self.flowing.values():
                event.set()
        elif rule.kind == "drop":
            # Takes everything and gives nothing, until the rule is cleared or the client gives up.
            self.swallowing = {UP: True, DOWN: True}
            await self._swallow(rule, reading=self.upstream is None or direction == UP)
            raise Ended
        elif rule.kind == "half_close":
            # Whoever waits for the rest of what is on its way sees the end of it; the way back stays open.
            self.swallowing[direction] = True
            (self.upstream if direction == UP else self.client).shutdown(socket.SHUT_WR)
        else:
            if rule.kind == "reset":
                self._make_reset(self.client)
            raise Ended

    async def _swallow(self, rule, reading):
        async def read_all():
            while await self._receive(self.client):
                pass
        waits = [asyncio.ensure_future(rule.cleared.wait()), asyncio.ensure_future(self.client_left.wait())]
        if reading:
            waits.append(asyncio.ensure_future(read_all()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        if not rule.cleared.is_set():
            await self.rules.left(rule)

    @staticmethod
    def _make_reset(side):
        """Closing sends a reset. A unix socket knows none: its peer sees the end, or a broken pipe."""
        if side.family != socket.AF_UNIX:
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
