# SPDX-License-Identifier: Apache-2.0
"""The gate does what its rules say, and counts it; with plain sockets, without the product."""

import contextlib
import socket
import tempfile
import threading
import time
import unittest

from tests.chaos.gate.client import GateClient

PATIENCE = 10.0


class Upstream:
    """Answers each HTTP request with its own body, so that a test sees both directions. Ends with close()."""

    def __init__(self, path=None, extra=0):
        self.extra = extra
        self.requests = []
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.listener.bind(path or ("127.0.0.1", 0))
        self.listener.listen(512)
        self.address = path or list(self.listener.getsockname())
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                side, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(side,), daemon=True).start()

    def _serve(self, side):
        with side, contextlib.suppress(OSError):
            data = b""
            while more := side.recv(65536):
                data += more
                while (cut := self._whole(data)) is not None:
                    request, data = data[:cut], data[cut:]
                    self.requests.append(request)
                    body = request.partition(b"\r\n\r\n")[2] + b"x" * self.extra
                    side.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    @staticmethod
    def _whole(data):
        head, blank, _ = data.partition(b"\r\n\r\n")
        if not blank:
            return None
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        end = len(head) + 4 + length
        return end if len(data) >= end else None


def request(body=b"hello", path=b"/a", method=b"POST"):
    return method + b" " + path + b" HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class GateTest(unittest.TestCase):
    extra = 0

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.upstream = Upstream(extra=self.extra)
        self.addCleanup(self.upstream.close)
        self.gate = GateClient(self.folder, seed=7)
        self.addCleanup(self.gate.close)
        self.address = self.gate.open("here", self.upstream.address, "http1")

    def connect(self, address=None):
        side = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)
        side.settimeout(PATIENCE)
        self.addCleanup(side.close)
        side.connect(address or self.address)
        return side

    def read(self, side, size):
        data = b""
        while len(data) < size and (more := side.recv(65536)):
            data += more
        return data

    def answer(self, body=b"hello"):
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(body) + self.extra) + body + b"x" * self.extra

    def exchange(self, side, body=b"hello", **more):
        side.sendall(request(body, **more))
        return self.read(side, len(self.answer(body)))

    def assert_reset(self, side):
        with self.assertRaises(ConnectionResetError):
            self.read(side, 1)

    def assert_struck(self, rule, times=1):
        self.assertEqual(self.gate.wait_struck(rule, times), times)


class Undisturbed(GateTest):
    def test_bytes_pass_as_they_are_and_an_end_is_passed_on(self):
        side = self.connect()
        for _ in range(3):
            self.assertEqual(self.exchange(side), self.answer())
        side.shutdown(socket.SHUT_WR)
        self.assertEqual(side.recv(1), b"")

    def test_two_hundred_connections_at_once(self):
        sides = [self.connect() for _ in range(200)]
        body = b"b" * 20_000
        for side in sides:
            side.sendall(request(body))
        for side in sides:
            self.assertEqual(self.read(side, len(self.answer(body))), self.answer(body))
        self.assertEqual(self.gate.read()["seen"], {"here": 200})

    def test_unix_sockets_and_bytes_nobody_reads(self):
        upstream = Upstream(path=self.folder + "/up.sock")
        self.addCleanup(upstream.close)
        path = self.gate.open("unix", upstream.address, "opaque", listen=self.folder + "/here.sock")
        self.assertEqual(self.exchange(self.connect(path)), self.answer())
        self.gate.shut("unix")
        with self.assertRaises(FileNotFoundError):
            self.connect(path)

    def test_an_upstream_that_is_not_there_ends_the_connection(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = self.gate.open("nowhere", list(taken.getsockname()), "http1")
            self.assertEqual(self.connect(address).recv(1), b"")

    def test_a_rule_that_cannot_be_meant_is_refused(self):
        for rule in ({"kind": "explode"}, {"kind": "cut", "when": 1}, {"kind": "split", "point": "connect"},
                     {"kind": "cut", "place": "elsewhere"}):
            with self.assertRaises(AssertionError):
                self.gate.set(**{"place": "here", **rule})


class Ends(GateTest):
    def test_reset_before_the_request(self):
        rule = self.gate.set(place="here", kind="reset")
        side = self.connect()
        side.sendall(request())
        self.assert_reset(side)
        self.assert_struck(rule)
        self.assertEqual(self.upstream.requests, [])
        self.assertEqual(self.exchange(self.connect()), self.answer(), "once is enough")

    def test_reset_in_the_request(self):
        rule = self.gate.set(place="here", kind="reset", bytes=20)
        side = self.connect()
        side.sendall(request())
        self.assert_reset(side)
        self.assert_struck(rule)
        self.assertEqual(self.upstream.requests, [])

    def test_reset_after_the_request_was_sent(self):
        rule = self.gate.set(place="here", kind="reset", point="sent")
        side = self.connect()
        side.sendall(request())
        self.assert_reset(side)
        self.assert_struck(rule)
        self.assertEqual(self.upstream.requests, [request()])

    def test_cut_in_the_middle_of_the_answer(self):
        self.gate.set(place="here", kind="cut", point="answer", bytes=10)
        side = self.connect()
        self.assertEqual(self.exchange(side), self.answer()[:10])

    def test_half_close_keeps_the_way_back_open(self):
        rule = self.gate.set(place="here", kind="half_close", point="sent")
        side = self.connect()
        self.assertEqual(self.exchange(side), b"")
        self.assert_struck(rule)
        side.sendall(request(b"more"))
        deadline = time.monotonic() + PATIENCE
        while len(self.upstream.requests) < 2 and time.monotonic() < deadline:
            threading.Event().wait(0.005)
        self.assertEqual(self.upstream.requests, [request(), request(b"more")])

    def test_drop_swallows_until_it_is_cleared(self):
        for point in ("connect", "request", "sent"):
            with self.subTest(point=point):
                rule = self.gate.set(place="here", kind="drop", point=point)
                side = self.connect()
                side.sendall(request())
                self.assert_struck(rule)
                side.settimeout(0.05)
                with self.assertRaises(TimeoutError):
                    side.recv(1)
                side.settimeout(PATIENCE)
                self.gate.clear()
                self.assertEqual(self.read(side, 1), b"")
        self.assertEqual(len(self.upstream.requests), 1, "only with 'sent' the upstream had it")

    def test_hold_lets_everything_through_in_the_end(self):
        for point in ("connect", "request", "sent"):
            with self.subTest(point=point):
                rule = self.gate.set(place="here", kind="hold", point=point)
                side = self.connect()
                side.sendall(request())
                self.assert_struck(rule)
                side.settimeout(0.05)
                with self.assertRaises(TimeoutError):
                    side.recv(1)
                side.settimeout(PATIENCE)
                self.gate.clear()
                self.assertEqual(self.read(side, len(self.answer())), self.answer())

    def test_a_dropped_client_that_gives_up_is_counted(self):
        for point in ("connect", "request", "sent"):
            with self.subTest(point=point):
                rule = self.gate.set(place="here", kind="drop", point=point)
                side = self.connect()
                side.sendall(request())
                self.assert_struck(rule)
                self.assertEqual(self.gate.wait_gave_up(rule, seconds=0), 0)
                side.close()
                self.assertEqual(self.gate.wait_gave_up(rule, seconds=PATIENCE), 1)

    def test_hanging_up_ends_what_is_open_and_takes_new_connections(self):
        side = self.connect()
        self.exchange(side)
        self.gate.hang_up("here")
        self.assertEqual(side.recv(1), b"")
        self.assertEqual(self.exchange(self.connect()), self.answer())


class Flows(GateTest):
    extra = 3000

    def test_split_changes_no_byte(self):
        rule = self.gate.set(place="here", kind="split", point="answer", sizes=[1, 7, 3], limit=1000)
        self.assertEqual(self.exchange(self.connect()), self.answer())
        self.assert_struck(rule)

    def test_delay_holds_back_for_so_long(self):
        self.gate.set(place="here", kind="delay", ms=100, jitter_ms=20)
        before = time.monotonic()
        self.assertEqual(self.exchange(self.connect()), self.answer())
        self.assertGreaterEqual(time.monotonic() - before, 0.1)

    def test_throttle_keeps_the_rate(self):
        self.gate.set(place="here", kind="throttle", point="answer", bytes_per_s=20_000)
        before = time.monotonic()
        self.assertEqual(self.exchange(self.connect()), self.answer())
        self.assertGreaterEqual(time.monotonic() - before, self.extra / 20_000)

    def test_corrupt_flips_what_was_asked_and_nothing_else(self):
        self.gate.set(place="here", kind="corrupt", point="answer", bytes=5, flips=2)
        answer = bytearray(self.answer())
        answer[5] ^= 0x80
        answer[6] ^= 0x80
        self.assertEqual(self.exchange(self.connect()), bytes(answer))

    def test_corrupt_the_content_and_a_named_header(self):
        for rule, at in (({"point": "content", "bytes": 3}, len(self.answer()) - self.extra - 2),
                         ({"point": "answer", "find": "Length"}, self.answer().index(b"Length"))):
            with self.subTest(rule=rule):
                self.gate.set(place="here", kind="corrupt", **rule)
                answer = bytearray(self.answer())
                answer[at] ^= 0x80
                self.assertEqual(self.exchange(self.connect()), bytes(answer))

    def test_corrupt_the_request(self):
        body = len(request(b"")) + 2
        self.gate.set(place="here", kind="corrupt", bytes=body)
        side = self.connect()
        side.sendall(request())
        self.read(side, len(self.answer()))
        self.assertEqual(self.upstream.requests[0][:body] + self.upstream.requests[0][body + 1:],
                         request()[:body] + request()[body + 1:])
        self.assertNotEqual(self.upstream.requests[0], request())


class Limits(GateTest):
    def test_only_the_path_and_method_that_are_meant(self):
        rule = self.gate.set(place="here", kind="cut", path="*/content", method="GET", times=0)
        side = self.connect()
        self.assertEqual(self.exchange(side), self.answer())
        self.assertEqual(self.exchange(side, path=b"/x/content"), self.answer())
        self.assertEqual(self.exchange(side, path=b"/x/content?a=1", method=b"GET"), b"")
        self.assert_struck(rule)

    def test_skip_and_times_count_exchanges(self):
        rule = self.gate.set(place="here", kind="cut", skip=1, times=2)
        answers = [self.exchange(self.connect()) for _ in range(4)]
        self.assertEqual(answers, [self.answer(), b"", b"", self.answer()])
        self.assert_struck(rule, 2)

    def test_the_nth_connection(self):
        side = [self.connect() for _ in range(3)]
        self.exchange(side[0])
        self.gate.set(place="here", kind="cut", connection=2, times=0)
        self.assertEqual([self.exchange(one) for one in side], [self.answer(), b"", self.answer()])

    def test_what_did_not_happen_is_not_counted(self):
        rule = self.gate.set(place="here", kind="cut", point="answer", bytes=10_000)
        self.assertEqual(self.exchange(self.connect()), self.answer())
        self.assertEqual(self.gate.wait_struck(rule, seconds=0), 0)

    def test_a_refused_connection(self):
        rule = self.gate.set(place="here", kind="reset", point="connect")
        self.assert_reset(self.connect())
        self.assert_struck(rule)


class Http2Frames(unittest.TestCase):
    def test_streams_are_exchanges_with_the_path_that_is_spelled_out(self):
        from tests.chaos.gate.readers import DOWN, UP, Http2Reader

        def frame(kind, flags, stream, payload):
            return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
        reader = Http2Reader()
        up = (Http2Reader.PREFACE + frame(4, 0, 0, b"") + frame(1, 4, 1, b"\x83D\x1f/semafoor.v1.Mailbox/GetMessage") +
              frame(1, 4, 3, b"\x83\xc4") + frame(0, 1, 1, b"body"))
        pieces = [piece for at in range(0, len(up), 5) for piece in reader.feed(UP, up[at:at + 5])]
        self.assertEqual(b"".join(piece.data for piece in pieces), up)
        first, second = [piece.exchange for piece in pieces if piece.exchange][:2]
        self.assertEqual((first.path, first.asked), ("/semafoor.v1.Mailbox/GetMessage", True))
        self.assertEqual((second.path, second.asked), ("", False))
        down = reader.feed(DOWN, frame(8, 0, 1, b"1234") + frame(1, 5, 1, b"h"))
        self.assertEqual([piece.exchange for piece in down], [None, first])


class PostgresqlMessages(unittest.TestCase):
    def test_statements_are_exchanges_with_their_text_until_the_server_is_ready_again(self):
        from tests.chaos.gate.readers import DOWN, UP, PostgresqlReader

        def message(kind, payload=b""):
            return kind + (4 + len(payload)).to_bytes(4, "big") + payload
        reader = PostgresqlReader()
        begin = (8).to_bytes(4, "big") + b"\0\3\0\0"
        statement = (message(b"P", b"\0INSERT INTO t VALUES ($1)\0\0\0") + message(b"B", b"...") + message(b"E") +
                     message(b"S"))
        pieces = [piece for at in range(0, len(begin), 3) for piece in reader.feed(UP, begin[at:at + 3])]
        self.assertEqual([(p.data, p.exchange.method) for p in pieces], [(begin, "START")])
        reader.feed(DOWN, message(b"R", b"\0\0\0\0") + message(b"Z", b"I"))
        pieces = [piece for at in range(0, len(statement), 4) for piece in reader.feed(UP, statement[at:at + 4])]
        self.assertEqual(b"".join(piece.data for piece in pieces), statement)
        first = pieces[0].exchange
        self.assertEqual((first.method, first.path, first.asked), ("P", "INSERT INTO t VALUES ($1)", True))
        self.assertEqual({id(piece.exchange) for piece in pieces}, {id(first)})
        answer = reader.feed(DOWN, message(b"1") + message(b"C", b"INSERT 0 1\0") + message(b"Z", b"T"))
        self.assertEqual({id(piece.exchange) for piece in answer}, {id(first)})
        second = reader.feed(UP, message(b"Q", b"COMMIT\0"))[0].exchange
        self.assertEqual((second.method, second.path), ("Q", "COMMIT"))
        self.assertIsNot(second, first)
        self.assertIsNone(reader.feed(UP, message(b"X"))[0].exchange)


if __name__ == "__main__":
    unittest.main()
