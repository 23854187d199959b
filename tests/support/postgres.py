# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL of the test's own: in a temporary folder, reached through a socket in it and nowhere else."""

import contextlib
import ctypes
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests.support.world import wait_for

PR_SET_PDEATHSIG = 1
POOLER_PORT = 6432


def programs():
    """The folder of the server's programs, or None. Debian keeps it out of the path."""
    places = [os.environ.get("SEMAFOOR_POSTGRESQL_BIN", "")]
    places += [f"/usr/lib/postgresql/{version}/bin" for version in range(18, 12, -1)]
    places += os.environ.get("PATH", "").split(":")
    for place in places:
        if place and (Path(place) / "initdb").exists() and (Path(place) / "postgres").exists():
            return Path(place)
    return None


def pooler():
    return shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")


def _account():
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
        except KeyError:
            continue
    return {}


def _end_with_the_test():
    # After the change of user, which would undo it.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@contextlib.contextmanager
def engine(name):
    """Settings of a new database for each world on the engine "sqlite" or "postgresql"."""
    if name == "sqlite":
        yield lambda: ""
        return
    if programs() is None:
        raise SystemExit("PostgreSQL is not installed: apt-get install postgresql-15")
    server = Postgres()
    try:
        yield lambda: server.settings(server.make_database())
    finally:
        server.stop()


class Postgres:
    def __init__(self):
        self.programs = programs()
        # A unix socket's path holds 107 bytes: the folder must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="semafoor-pg-"))
        self.account = _account()
        self.process = None
        self.socket = self.folder / ".s.PGSQL.5432"
        self.databases = itertools.count(1)
        if self.account:
            os.chown(self.folder, self.account["user"], self.account["group"])
        try:
            made = subprocess.run([self.programs / "initdb", "-D", self.folder / "data", "-A", "trust", "-U", "semafoor",
                                   "-E", "UTF8", "--locale=C", "--no-sync"], cwd="/", capture_output=True, text=True,
                                  **self.account)
            if made.returncode != 0:
                raise AssertionError("initdb: " + made.stderr)
            self.start()
        except BaseException:
            self.stop()
            raise

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "shared_buffers=16MB"], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=_end_with_the_test, **self.account)
        log.close()
        wait_for(lambda: subprocess.run([self.programs / "pg_isready", "-q", "-h", self.folder]).returncode == 0,
                 "PostgreSQL to answer", seconds=60, alive=self.process)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, database, sql):
        done = subprocess.run([self.programs / "psql", "-h", self.folder, "-U", "semafoor", "-d", database, "-XAtc", sql],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout.strip()

    def make_database(self):
        name = f"test{next(self.databases)}"
        self.ask("postgres", f"CREATE DATABASE {name}")
        return name

    def settings(self, database, port=5432):
        """The section of a gateway's configuration."""
        return f"""
[store]
engine = "postgresql"
connection = "host={self.folder} port={port} user=semafoor dbname={database}"
"""

    def start_pooler(self):
        """PgBouncer before the server, in transaction mode and with few connections. Returns the process."""
        config = self.folder / "pgbouncer.ini"
        config.write_text(f"""
[databases]
* = host={self.folder} port=5432 user=semafoor
[pgbouncer]
listen_addr =
listen_port = {POOLER_PORT}
unix_socket_dir = {self.folder}
auth_type = any
pool_mode = transaction
default_pool_size = 4
""")
        config.chmod(0o644)
        # Of one that was killed.
        (self.folder / f".s.PGSQL.{POOLER_PORT}").unlink(missing_ok=True)
        log = open(self.folder / "pgbouncer.log", "ab")
        process = subprocess.Popen([pooler(), config], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   preexec_fn=_end_with_the_test, **self.account)
        log.close()
        wait_for(lambda: (self.folder / f".s.PGSQL.{POOLER_PORT}").exists(), "PgBouncer to listen", alive=process)
        return process
