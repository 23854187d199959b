# SPDX-License-Identifier: Apache-2.0
"""A world whose parties meet only through the gate."""

from tests.chaos.gate.client import GateClient
from tests.chaos.tls_front import TlsFront
from tests.support.world import World, wait_for

# Where the gate stands, by the kind of world it is in.
UPSTREAM = ("oauth", "ebox", "podmi")
LOCAL = ("channel", "attestation")
DATABASE = "postgresql"
PLACES = UPSTREAM + tuple(f"{place}-tls" for place in UPSTREAM) + LOCAL + (DATABASE,)


def kind_of(place):
    """Of world."""
    return DATABASE if place == DATABASE else "tls" if place.endswith("-tls") else "clear"


# Short, so that a cell does not take long; long enough for two busy cores.
SETTINGS = {"connect_timeout_ms": 800, "request_timeout_ms": 6000, "stall_timeout_ms": 1200}


class Stage(World):
    def __init__(self, build, seed, kind, server=None):
        """`server`: a PostgreSQL, for the kind that keeps its data there."""
        super().__init__(build, messages=4, signals=2, seed=seed)
        self.tls = kind == "tls"
        self.server = server if kind == DATABASE else None
        self.gate = self.front = None
        self.straight_socket = self.attestation_socket
        self.gated_socket = self.folder / "attest.gate"

    def start(self):
        self.start_sandbox()
        port = int(self.base.rsplit(":", 1)[1])
        self.gate = GateClient(self.folder, self.seed)
        address = ["127.0.0.1", port]
        dialect, scheme, trust = "http1", "http", ""
        if self.tls:
            self.front = TlsFront(self.folder, port)
            address, dialect, scheme = self.front.address, "opaque", "https"
            trust = f'ca_file = "{self.front.ca_file}"\n'
        urls = {}
        for place in UPSTREAM:
            host, gated = self.gate.open(f"{place}-tls" if self.tls else place, address, dialect)
            urls[place] = f"{scheme}://{host}:{gated}"
        self.start_gateway(
            token=f"{urls['oauth']}/oauth/v5/token", ebox=f"{urls['ebox']}/ebox/messageRegistry/v2",
            podmi=f"{urls['podmi']}/podmi",
            # Who the assertion is for is not where it is sent.
            upstream=f'audience = "{self.base}/oauth/v5/token"\n' + trust +
                     "".join(f"{key} = {value}\n" for key, value in SETTINGS.items()),
            # The gate stands between: its connections bear the tokens of hosts.
            extra="[local]\nbind_tokens = false\n" + self._store())
        self._stand_before_the_gateway()
        self.org = self.add_organisation(0)
        self.host("sync", "--wait")

    def _store(self):
        if self.server is None:
            return ""
        host, port = self.gate.open(DATABASE, str(self.server.socket), "postgresql")
        # In clear, so that the gate can read statements.
        return f"""
[store]
engine = "postgresql"
connection = "host={host} port={port} user=semafoor dbname={self.server.make_database()} sslmode=disable gssencmode=disable"
"""

    def _stand_before_the_gateway(self):
        """The gateway hands out its own socket's path; the gate takes that path over, and the socket moves aside. Who
        calls is still asked of the kernel, at the attestation socket, which hosts use directly. Only where the
        attestation itself is disturbed the gate's process is the caller: the same account, so the same rights."""
        given = self.folder / "run" / "rpc.sock"
        aside = self.folder / "run" / "rpc.aside"
        given.rename(aside)
        self.gate.open("channel", str(aside), "http2", listen=str(given))
        self.gate.open("attestation", str(self.straight_socket), "opaque", listen=str(self.gated_socket))

    def meet_through(self, place):
        self.attestation_socket = self.gated_socket if place == "attestation" else self.straight_socket

    def stop(self):
        for part in (self.gate, self.front):
            if part is not None:
                part.close()
        super().stop()

    def require_ready(self, seconds):
        assert self.gateway.poll() is None, f"the gateway has ended with {self.gateway.poll()}"
        wait_for(lambda: self.ctl("status", check=False).returncode == 0, "the gateway to be ready", seconds=seconds,
                 alive=self.gateway)
