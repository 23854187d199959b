# SPDX-License-Identifier: Apache-2.0
"""The same small world, of Windows programs under Wine: what differs is how they are started, stopped and named files."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.world import ProgramFailed, World

WINE = Path(__file__).resolve().parents[2] / "packaging" / "dev" / "wine"


def to_windows(word):
    """This machine's folders are on drive Z."""
    text = str(word)
    return "Z:" + text if text.startswith("/") else text


def from_windows(path):
    return path.replace("\\", "/").removeprefix("Z:")


def kill_session(leader):
    """The script and whatever runs under it, which makes a group of its own. A worker born while one list of processes
    was read is in the next one: it must not live on with the data folder's lock."""
    while any([kill_member(stat, leader) for stat in Path("/proc").glob("[0-9]*/stat")]):
        time.sleep(0.01)


def kill_member(stat, leader):
    """Says whether it was one, and lived."""
    try:
        # After the name: state, parent, group, session.
        state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        if int(session) != leader or state in "ZX":
            return False
        os.kill(int(stat.parent.name), signal.SIGKILL)
        return True
    except OSError:
        return False  # it has ended meanwhile


class WineWorld(World):
    """With SEMAFOOR_HOST_BUILD what enters a host is of that build: a 32-bit host beside the 64-bit gateway."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        host_build = Path(os.environ.get("SEMAFOOR_HOST_BUILD", self.build))
        self.host_bin, self.plugins = host_build / "bin", host_build / "plugins-out"
        self.attestation_socket = rf"\\.\pipe\semafoor-{os.getpid()}"

    def _command(self, command):
        program = Path(command[0])
        if program.parent not in (self.bin, self.host_bin):
            return [str(part) for part in command]
        return [str(WINE), to_windows(program) + ".exe", *(to_windows(part) for part in command[1:])]

    def _spawn(self, command, log, **more):
        # A session of its own, so that it can be ended with all that the script around it started.
        with open(log, "ab") as handle:
            process = subprocess.Popen(self._command(command), stdin=subprocess.PIPE, stdout=handle, stderr=handle,
                                       start_new_session=True,
                                       env={**os.environ, "SEMAFOOR_WINE_TIMEOUT": "900", **more.pop("env", {})}, **more)
        self.processes.append(process)
        return process

    native = staticmethod(to_windows)

    def start_piped(self, command, log):
        return self._spawn(command, log)

    def kill(self, process):
        kill_session(process.pid)
        process.wait()
        process.stdin.close()
        self.processes.remove(process)

    def worker_pid(self):
        """By the system's own number: it is not this machine's."""
        text = (self.folder / "data" / "gateway.lock").read_text()
        return int(text) if text else None

    def kill_worker(self):
        worker = self.worker_pid()
        return worker is not None and self.run([WINE, "taskkill", "/f", "/pid", str(worker)], check=False).returncode == 0

    def run(self, command, check=True, input=None, timeout=120, env=None):
        command = self._command(command)
        # Not through pipes: what Wine starts beside the program would keep them open.
        with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
            given = {"input": input.encode()} if input is not None else {"stdin": subprocess.DEVNULL}
            done = subprocess.run(command, stdout=out, stderr=err, timeout=timeout, env={**os.environ, **(env or {})},
                                  **given)
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read().decode("utf-8", "replace").replace("\r\n", "\n"))
        done.stdout, done.stderr = texts
        if check and done.returncode != 0:
            raise ProgramFailed(command, done.returncode, *texts)
        return done

    def start_sandbox(self):
        # There is no signal that would end it; the pipe that is its standard input does.
        self.sandbox_args = [*self.sandbox_args, "--stop-on-stdin-eof"]
        super().start_sandbox()

    def write_config(self, **changes):
        super().write_config(**changes)
        lines = [line for line in self.config_file.read_text().splitlines() if not line.startswith("run_dir")]
        text = "\n".join(lines).replace(f'"{self.folder}/', f'"Z:{self.folder}/')
        self.config_file.write_text(
            text.replace("[keys]", f"[local]\nattest_socket = '{self.attestation_socket}'\n\n[keys]", 1) + "\n")

    def stop_gateway(self, kill=False):
        process, self.gateway = self.gateway, None
        if process is None or process.poll() is not None:
            return None
        if kill:
            kill_session(process.pid)
        else:
            self.run([self.bin / "semafoor-gateway", "stop", "--config", self.config_file], timeout=60)
        return process.wait(timeout=30)

    def host(self, *arguments, **more):
        document = super().host(*arguments, **more)
        for entry in document.get("saved", []) if isinstance(document, dict) else []:
            entry["path"] = from_windows(entry["path"])
        return document

    def stop(self):
        try:
            self.stop_gateway()
        except (ProgramFailed, subprocess.TimeoutExpired) as problem:
            print(problem)
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                kill_session(process.pid)
                process.wait()
        super().stop()
