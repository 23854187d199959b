# SPDX-License-Identifier: Apache-2.0
"""What a byte stream says: a reader cuts each direction into pieces that belong to one exchange.

An exchange is a request and its answer: of HTTP/1.1, one stream of HTTP/2, or, where the bytes cannot be read (TLS,
an unknown protocol), the whole connection. Readers see the bytes as their sender sent them, before any disturbance.
"""

import re
from dataclasses import dataclass, field

UP, DOWN = "up", "down"  # from the client to the upstream, and back


@dataclass
class Exchange:
    method: str = ""
    path: str = ""
    asked: bool = False  # the whole request has been seen
    content_at: int | None = None  # where in the answer its head ends
    passed: dict = field(default_factory=lambda: {UP: 0, DOWN: 0})
    # Which rules count this exchange among theirs; see rules.py.
    chosen: dict = field(default_factory=dict)
    struck: set = field(default_factory=set)


@dataclass
class Piece:
    data: bytes
    exchange: Exchange | None  # None: belongs to the connection, and is never disturbed by an exchange's rule


class OpaqueReader:
    """The connection is one exchange; its answer begins with the first byte that comes back."""

    def __init__(self):
        self.exchange = Exchange()

    def feed(self, direction, data):
        if direction == UP:
            self.exchange.asked = True
        return [Piece(data, self.exchange)]


class Http1Reader:
    """Exchanges one after the other on a kept connection. A head is passed on when it is whole."""

    def __init__(self):
        self.waiting = []  # asked, not yet answered
        self.held = {UP: b"", DOWN: b""}
        self.left = {UP: 0, DOWN: 0}  # bytes of the body to come; None: until the connection ends
        self.current = {UP: None, DOWN: None}

    def feed(self, direction, data):
        pieces = []
        while data:
            left = self.left[direction]
            if left != 0:
                taken = data if left is None else data[:left]
                data = data[len(taken):]
                pieces.append(Piece(taken, self.current[direction]))
                if left is not None:
                    self.left[direction] = left - len(taken)
                    self._body_came(direction)
                continue
            self.held[direction] += data
            head, blank, data = self.held[direction].partition(b"\r\n\r\n")
            if not blank:
                break
            self.held[direction] = b""
            pieces.append(Piece(head + blank, self._begin(direction, head)))
            self._body_came(direction)
        return pieces

    def _begin(self, direction, head):
        length = re.search(rb"\r\ncontent-length:\s*(\d+)", head, re.I)
        if direction == UP:
            method, path = (head.split(b" ", 2) + [b"", b""])[:2]
            exchange = Exchange(method.decode("latin-1"), path.split(b"?")[0].decode("latin-1"))
            self.waiting.append(exchange)
            self.left[UP] = int(length[1]) if length else 0
        else:
            status = int(head[9:12])
            exchange = self.waiting[0] if self.waiting else Exchange(asked=True)
            if status >= 200 and self.waiting:
                self.waiting.pop(0)
            bodyless = status < 200 or status in (204, 304)
            self.left[DOWN] = int(length[1]) if length else 0 if bodyless else None
            if status >= 200:
                exchange.content_at = exchange.passed[DOWN] + len(head) + 4
        self.current[direction] = exchange
        return exchange

    def _body_came(self, direction):
        if direction == UP and self.left[UP] == 0:
            self.current[UP].asked = True


class Http2Reader:
    """One exchange per stream, one piece per frame. A path that HPACK names by its index is empty: the first call of
    a method on a connection spells it out, which is what rules aim at."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    DATA, HEADERS = 0, 1
    END_STREAM = 0x1
    PATH = re.compile(rb"/[A-Za-z_][\w.]*/[A-Za-z]\w*")

    def __init__(self):
        self.held = {UP: b"", DOWN: b""}
        self.preface = len(self.PREFACE)
        self.streams = {}

    def feed(self, direction, data):
        held = self.held[direction] + data
        pieces = []
        if direction == UP and self.preface:
            taken, held = held[:self.preface], held[self.preface:]
            self.preface -= len(taken)
            pieces.append(Piece(taken, None))
        while len(held) >= 9:
            size = 9 + int.from_bytes(held[:3], "big")
            if len(held) < size:
                break
            pieces.append(self._frame(direction, held[:size]))
            held = held[size:]
        self.held[direction] = held
        return pieces

    def _frame(self, direction, frame):
        kind, flags = frame[3], frame[4]
        stream = int.from_bytes(frame[5:9], "big") & 0x7FFFFFFF
        if kind not in (self.DATA, self.HEADERS) or stream == 0:
            return Piece(frame, None)
        exchange = self.streams.get(stream)
        if exchange is None:
            path = self.PATH.search(frame, 9)
            exchange = self.streams[stream] = Exchange("POST", path[0].decode() if path else "")
        if direction == UP and flags & self.END_STREAM:
            exchange.asked = True
        if direction == DOWN and kind == self.DATA and exchange.content_at is None:
            # Behind the frame's head and the five bytes before each message of gRPC.
            exchange.content_at = exchange.passed[DOWN] + 9 + 5
        if direction == DOWN and flags & self.END_STREAM:
            del self.streams[stream]
        return Piece(frame, exchange)


class PostgresqlReader:
    """One exchange per statement, one piece per message: `method` is the type of the message that brings it (P: parse,
    Q: simple query), `path` its text. Begins of connections are exchanges too, of the method START. In clear only.
    PostgreSQL 15 documentation, 55.7 Message Formats."""

    def __init__(self):
        self.held = {UP: b"", DOWN: b""}
        self.greeted = False
        self.current = None

    def feed(self, direction, data):
        held = self.held[direction] + data
        pieces = []
        while True:
            # The first message of a client has no type before its length.
            head = 0 if direction == UP and not self.greeted else 1
            if len(held) < head + 4:
                break
            size = head + int.from_bytes(held[head:head + 4], "big")
            if len(held) < size:
                break
            pieces.append(Piece(held[:size], self._of(direction, held[:size])))
            held = held[size:]
        self.held[direction] = held
        return pieces

    def _of(self, direction, message):
        if direction == UP and not self.greeted:
            self.greeted = True
            self.current = Exchange("START", "", asked=True)
            return self.current
        kind = message[:1].decode("latin-1")
        if direction == DOWN:
            exchange = self.current
            if kind == "Z":
                self.current = None
            return exchange
        if kind == "X":
            return None
        if self.current is None:
            # Of a parse the statement's name comes first, which is empty here.
            text = message[5:].lstrip(b"\0").split(b"\0")[0]
            self.current = Exchange(kind, text.decode("utf-8", "replace"))
        if kind in "QS":
            self.current.asked = True
        return self.current


READERS = {"opaque": OpaqueReader, "http1": Http1Reader, "http2": Http2Reader, "postgresql": PostgresqlReader}
