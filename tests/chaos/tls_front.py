# SPDX-License-Identifier: Apache-2.0
"""TLS in front of an upstream that speaks in clear: takes TLS on a loopback port, passes the clear bytes on."""

import asyncio
import contextlib
import ssl
import subprocess
import threading


class TlsFront:
    """Serves on a thread of its own until close(). `ca_file` is what a client must trust."""

    def __init__(self, folder, upstream_port):
        self.upstream_port = upstream_port
        self.ca_file = folder / "tls.pem"
        key = folder / "tls.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out",
                        str(self.ca_file)], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.ca_file, key)
        self.loop = asyncio.new_event_loop()
        # Broken handshakes are what it is there for.
        self.loop.set_exception_handler(lambda loop, context: None)
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.context))
        self.address = list(self.server.sockets[0].getsockname())
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.server.close()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                self.loop.run_until_complete(task)
        self.loop.close()

    async def _serve(self, reader, writer):
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            await asyncio.gather(self._pass(reader, upstream_writer), self._pass(upstream_reader, writer))
        except OSError:
            pass
        finally:
            for side in (writer, upstream_writer):
                side.close()

    @staticmethod
    async def _pass(source, sink):
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        finally:
            sink.close()
