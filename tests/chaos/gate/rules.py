# SPDX-License-Identifier: Apache-2.0
"""What is to be disturbed, where and how often; and how often it was."""

import asyncio
import itertools
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase

from tests.chaos.gate.readers import DOWN, UP

# Where in an exchange. "connect" is before there is one.
POINTS = {"connect": None, "request": UP, "sent": DOWN, "answer": DOWN, "content": DOWN}
# These change how bytes flow from the point on, until the exchange ends.
FLOWS = {"delay", "split", "throttle"}
# These end or stop the connection at the point.
ENDS = {"cut", "reset", "half_close", "drop", "hold"}
KINDS = FLOWS | ENDS | {"corrupt"}


@dataclass
class Rule:
    """Chosen are exchanges (at "connect": connections) that fit `path`, `method` and `connection`; the first `skip` of
    them pass, then `times` are disturbed (0: until the rule is cleared), each `bytes` bytes after the point."""

    place: str
    kind: str
    point: str = "request"
    bytes: int = 0
    find: str = ""  # count from where this text begins, in the piece of the stream that holds it
    path: str = "*"
    method: str = "*"
    connection: int = 0  # only the n-th since the place was opened; 0: any
    skip: int = 0
    times: int = 1
    ms: int = 0  # delay: before each piece
    jitter_ms: int = 0  # delay: up to this much more
    bytes_per_s: int = 0  # throttle
    sizes: tuple = (1,)  # split: sizes of the writes, in turn
    limit: int = 4096  # split: bytes; what follows flows freely
    flips: int = 1  # corrupt: so many bytes in a row
    id: int = 0
    seen: int = 0
    struck: int = 0
    gave_up: int = 0  # drop: clients that left by themselves
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    @staticmethod
    def of(document):
        known = {f.name for f in fields(Rule)} - {"id", "seen", "struck", "gave_up", "cleared"}
        if unknown := set(document) - known:
            raise ValueError(f"a rule has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
        rule = Rule(**document)
        if rule.kind not in KINDS or rule.point not in POINTS:
            raise ValueError(f"kind '{rule.kind}' at point '{rule.point}': kinds are {', '.join(sorted(KINDS))}, "
                             f"points are {', '.join(POINTS)}")
        if rule.point == "connect" and rule.kind not in ENDS - {"half_close"}:
            raise ValueError(f"'{rule.kind}' cannot happen before a connection carries anything")
        return rule

    def _take(self):
        self.seen += 1
        return self.seen > self.skip and (self.times == 0 or self.seen <= self.skip + self.times)

    def offset(self, exchange, begin, data):
        """Where it strikes, counted from the begin of the piece `data`; nothing when that is elsewhere."""
        if self.find:
            found = data.find(self.find.encode())
            return None if found < 0 else found + self.bytes
        at = self.bytes
        if self.point == "content":
            if exchange.content_at is None:
                return None
            at += exchange.content_at
        if at < begin:
            return 0 if self.kind in FLOWS else None
        return at - begin if at < begin + len(data) else None

    def takes_connection(self, number):
        return self.point == "connect" and self.connection in (0, number) and self._take()

    def takes(self, exchange, number):
        """Decided once for each exchange, when it is first seen at the point."""
        if self.id not in exchange.chosen:
            fits = (self.connection in (0, number) and fnmatchcase(exchange.method, self.method)
                    and fnmatchcase(exchange.path, self.path))
            exchange.chosen[self.id] = fits and self._take()
        return exchange.chosen[self.id]


class Rules:
    def __init__(self):
        self._ids = itertools.count(1)
        self._rules = {}  # in force
        self._all = {}  # counts outlive the rule
        self._changed = asyncio.Condition()

    def set(self, document):
        rule = Rule.of(document)
        rule.id = next(self._ids)
        self._rules[rule.id] = self._all[rule.id] = rule
        return rule

    def clear(self):
        for rule in self._rules.values():
            rule.cleared.set()
        self._rules = {}

    def at_place(self, place):
        return [rule for rule in self._rules.values() if rule.place == place]

    def aimed(self, place, direction, exchange, number):
        """The rules that disturb this exchange in this direction."""
        for rule in self.at_place(place):
            if POINTS[rule.point] != direction or (rule.point == "sent" and not exchange.asked):
                continue
            if rule.takes(exchange, number):
                yield rule

    async def strike(self, rule):
        rule.struck += 1
        await self._tell()

    async def left(self, rule):
        rule.gave_up += 1
        await self._tell()

    async def _tell(self):
        async with self._changed:
            self._changed.notify_all()

    async def wait_for(self, rule_id, what, times, seconds):
        """How often it struck, or clients gave up at it; at the latest after `seconds`."""
        rule = self._all[rule_id]
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(lambda: getattr(rule, what) >= times), seconds)
            except asyncio.TimeoutError:
                pass
        return getattr(rule, what)
