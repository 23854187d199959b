# SPDX-License-Identifier: Apache-2.0
"""One small world: a pretend upstream, a gateway and hosts, in a folder of its own, on loopback only.

Used by the demo, the end-to-end tests, the exit runs and the benchmarks. Nothing here knows how the parts work
inside: it starts the real programs and talks to their public faces.
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path


class ProgramFailed(Exception):
    """A program ended with a failure; carries what it said."""

    def __init__(self, command, code, out, err):
        super().__init__(f"{' '.join(map(str, command))}\nexit {code}\n{out}{err}")
        self.code = code
        self.out = out
        self.err = err

    def document(self):
        """The last JSON line of its output, if there is one."""
        return last_json(self.out) or last_json(self.err)


def last_json(text):
    for line in reversed(text.splitlines()):
        line = line.strip()
        if line.startswith("{"):
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
    return None


# How much longer than on a quiet Linux machine a thing may take before it counts as stuck.
PATIENCE = 4.0 if os.environ.get("SEMAFOOR_WINE") else 1.0


def wait_for(condition, what, seconds=30.0, alive=None):
    """Polls `condition` until it gives something true; for what has no signal to wait for."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if alive is not None and alive.poll() is not None:
            raise AssertionError(f"{what}: the program ended with {alive.returncode}")
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def worker_of(data):
    """The process that serves a data folder; None while there is none."""
    text = (data / "gateway.lock").read_text()
    return int(text) if text and os.path.exists(f"/proc/{text}") else None


class Neighbour:
    def __init__(self, process, attestation_socket, data):
        self.process, self.attestation_socket, self.data = process, attestation_socket, data

    def worker_pid(self):
        return worker_of(self.data)


class World:
    def __init__(self, build, messages=40, signals=20, organisations=1, seed=1, folder=None, keep=False,
                 sandbox_args=(), persons=None):
        self.build = Path(build).resolve()
        self.bin = self.build / "bin"
        # What enters a host may be of another build.
        self.host_bin = self.bin
        self.plugins = self.build / "plugins-out"
        self.keep = keep
        # A unix socket's path holds 107 bytes: the folder must be short.
        self.folder = Path(folder) if folder else Path(tempfile.mkdtemp(prefix="semafoor-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.messages, self.signals = messages, signals
        self.organisation_count, self.seed = organisations, seed
        self.sandbox_args = list(sandbox_args)
        # Of each organisation; None: as many as the sandbox likes.
        self.person_args = [] if persons is None else ["--persons", persons]
        self.processes = []
        self.base = None
        self.organisations = []
        self.gateway = None
        self.attestation_socket = self.folder / "run" / "attest.sock"
        self.config_file = self.folder / "gateway.toml"
        self.gateway_log = self.folder / "gateway.log"
        self.gateway_environment = {}

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.stop()

    # Programs -------------------------------------------------------------------------------------

    def _spawn(self, command, log, **more):
        handle = open(log, "ab")
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=handle,
                                   stderr=handle, **more)
        handle.close()
        self.processes.append(process)
        return process

    @staticmethod
    def native(path):
        """As the programs name it."""
        return str(path)

    def start_piped(self, command, log):
        """A program that ends when its standard input does."""
        with open(log, "ab") as handle:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL, stderr=handle)
        self.processes.append(process)
        return process

    def kill(self, process):
        """At once, as a crash would; what it started dies by itself."""
        process.kill()
        process.wait()
        # Popen objects of the dead are of no further use.
        self.processes.remove(process)

    def kill_worker(self):
        """The worker alone. Says whether there was one."""
        worker = self.worker_pid()
        if worker is None:
            return False
        try:
            os.kill(worker, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def run(self, command, check=True, input=None, timeout=120, env=None, binary=False):
        command = [str(part) for part in command]
        done = subprocess.run(command, capture_output=True, text=not binary, input=input, timeout=timeout,
                              env={**os.environ, **(env or {})})
        if check and done.returncode != 0:
            raise ProgramFailed(command, done.returncode, done.stdout, done.stderr)
        return done

    def start_sandbox(self, seconds=30.0):
        port_file = self.folder / "sandbox.port"
        port_file.unlink(missing_ok=True)
        self.sandbox = self._spawn(
            [self.bin / "semafoor-sandbox", "--seed", self.seed, "--port", 0, "--port-file", port_file,
             "--organisations", self.organisation_count, "--messages", self.messages, "--signals", self.signals,
             *self.person_args, *self.sandbox_args],
            self.folder / "sandbox.log")
        wait_for(lambda: port_file.exists() and port_file.read_text().strip(), "the sandbox to listen",
                 seconds=seconds, alive=self.sandbox)
        self.base = f"http://127.0.0.1:{int(port_file.read_text().split()[0])}"
        self.persons = json.loads(self.run(
            [self.bin / "semafoor-sandbox", "persons", "--seed", self.seed, "--organisations",
             self.organisation_count, "--signals", self.signals, *self.person_args, "--json"]).stdout)
        self.organisations = [entry["cbe"] for entry in self.persons["organisations"]]

    def write_config(self, **changes):
        values = {
            "interval_s": 0, "signals_interval_s": 0, "base": self.base or "http://127.0.0.1:9",
            "upstream": "", "extra": "", "metrics": "off", "plaintext": "true",
        }
        values.update(changes)
        values.setdefault("token", f"{values['base']}/oauth/v5/token")
        values.setdefault("ebox", f"{values['base']}/ebox/messageRegistry/v2")
        values.setdefault("podmi", f"{values['base']}/podmi")
        (self.folder / "keys").mkdir(mode=0o700, exist_ok=True)
        self.config_file.write_text(f"""
[gateway]
data_dir = "{self.folder}/data"
run_dir = "{self.folder}/run"
log_level = "info"

[keys]
folder = "{self.folder}/keys"
plaintext = {values['plaintext']}

[upstream]
token_endpoint = "{values['token']}"
ebox_base_url = "{values['ebox']}"
podmi_base_url = "{values['podmi']}"
{values['upstream']}

[sync]
interval_s = {values['interval_s']}
signals_interval_s = {values['signals_interval_s']}

[metrics]
listen = "{values['metrics']}"
{values['extra']}
""")

    def start_gateway(self, wait=True, **changes):
        if changes or not self.config_file.exists():
            self.write_config(**changes)
        self.gateway = self._spawn([self.bin / "semafoor-gateway", "run", "--config", self.config_file],
                                   self.gateway_log, env={**os.environ, **self.gateway_environment})
        if wait:
            self.wait_ready()
        return self.gateway

    def worker_pid(self):
        """The process that serves: `gateway` is its supervisor. None while there is none."""
        return worker_of(self.folder / "data")

    def start_neighbour(self, number):
        """A further gateway on the same database: settings of its own, the keys of the first."""
        folder = self.folder
        data = folder / f"data{number}"
        data.mkdir(mode=0o700, exist_ok=True)
        shutil.copy2(folder / "data" / "index.key", data / "index.key")
        shutil.copytree(folder / "data-vault", folder / f"data{number}-vault", dirs_exist_ok=True)
        config = folder / f"gateway{number}.toml"
        config.write_text(re.sub('listen = ".*"', 'listen = "off"', self.config_file.read_text())
                          .replace(f'"{folder}/data"', f'"{data}"').replace(f'"{folder}/run"', f'"{folder}/run{number}"'))
        process = self._spawn([self.bin / "semafoor-gateway", "run", "--config", config], folder / f"gateway{number}.log")
        neighbour = Neighbour(process, folder / f"run{number}" / "attest.sock", data)
        wait_for(lambda: self.run([self.bin / "semafoorctl", "--socket", neighbour.attestation_socket, "status"],
                                  check=False).returncode == 0, "another gateway to be ready", alive=process)
        return neighbour

    def wait_ready(self):
        wait_for(lambda: self.ctl("status", check=False).returncode == 0, "the gateway to be ready",
                 alive=self.gateway)

    def stop_gateway(self, kill=False):
        process, self.gateway = self.gateway, None
        if process is None or process.poll() is not None:
            return None
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        return process.wait(timeout=20)

    def add_organisation(self, index, modules=("ebox", "knipperlicht", "feedback")):
        """Registers organisation `index` of the sandbox at both sides. Returns its CBE number."""
        org = self.organisations[index]
        client = f"client-{index}"
        keys = self.folder / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        self.run([self.bin / "semafoor-sandbox", "keygen", "--out", keys, "--client", client])
        # The gateway looks for <name>.pem; the sandbox calls it <client>.key.pem.
        (keys / f"{client}.key.pem").replace(keys / f"{client}.pem")
        # And for <name>.crt, the certificate over it.
        (keys / f"{client}.crt.pem").replace(keys / f"{client}.crt")
        self.control("POST", "/clients", {"clientId": client, "organisation": org,
                                          "publicKeyPem": (keys / f"{client}.pub.pem").read_text()})
        self.ctl("organisations", "add", org, "--name-nl", f"OCMW Voorbeeld {index + 1}", "--client-id", client,
                 "--key", client)
        if modules:
            self.ctl("modules", "enable", org, *modules)
        return org

    def access_token(self, index):
        """A token of the sandbox for organisation `index`, asked for without any code of the gateway."""
        def encoded(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")
        endpoint = self.base + "/oauth/v5/token"
        client = f"client-{index}"
        claims = {"iss": client, "sub": client, "aud": endpoint, "exp": int(time.time()) + 60,
                  "jti": os.urandom(16).hex()}
        text = b".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.folder / "keys" / f"{client}.pem")],
                                   input=text, capture_output=True, check=True).stdout
        body = urllib.parse.urlencode({
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": (text + b"." + encoded(signature)).decode()}).encode()
        with urllib.request.urlopen(urllib.request.Request(endpoint, data=body), timeout=30) as answer:
            return json.loads(answer.read())["access_token"]

    def ctl(self, *arguments, check=True, timeout=120):
        return self.run([self.bin / "semafoorctl", "--socket", self.attestation_socket, *arguments], check=check,
                        timeout=timeout)

    def status(self):
        return json.loads(self.ctl("status", "--json").stdout)

    def dossier_file(self):
        """Dossiers of the reference host: those persons of the sandbox that have one."""
        path = self.folder / "dossiers.json"
        if not path.exists():
            path.write_text(json.dumps({"persons": [
                {"ssin": person["ssin"], "dossiers": [
                    {"reference": dossier["reference"], "label": dossier["label"], "number": dossier["number"],
                     "handler": {"id": dossier["handler"], "name": dossier["handler"].removeprefix("handler-").title()}}
                    for dossier in person["dossiers"]]}
                for entry in self.persons["organisations"] for person in entry["persons"] if person["dossiers"]]}))
        return path

    def host(self, *arguments, org=None, check=True, input=None, timeout=120):
        """Runs the reference host; returns the parsed document of its last line."""
        done = self.host_process(*arguments, org=org, check=check, input=input, timeout=timeout)
        return last_json(done.stdout) if check else done

    def host_process(self, *arguments, org=None, check=True, input=None, timeout=120):
        return self.run([self.host_bin / "semafoor-host", "--plugins", self.plugins, "--gateway", self.attestation_socket,
                         "--organisation", org or self.organisations[0], "--dossiers", self.dossier_file(),
                         "--json", *arguments], check=check, input=input, timeout=timeout)

    # The sandbox's control API -----------------------------------------------------------------------

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + "/control/v1" + path, data=data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"control {method} {path}: {error.code} {error.read()[:500]}") from error
        return json.loads(text) if text else None

    def expected(self, org=None):
        """What a complete synchronisation of one organisation must yield."""
        document = self.control("GET", "/expected")
        org = org or self.organisations[0]
        return {what: [entry for entry in document[what] if entry["organisation"] == org]
                for what in ("messages", "signals")}

    def ledger(self, org=None):
        """The effects the upstream saw of one organisation."""
        return self.control("GET", "/ledger")["organisations"][org or self.organisations[0]]

    def fault(self, kind="status", times=0, **fault):
        """Injects a fault; `times` 0 means until cleared."""
        return self.control("POST", "/faults", {"kind": kind, "times": times, **fault})

    def clear_faults(self):
        return self.control("DELETE", "/faults")

    # The end ---------------------------------------------------------------------------------------

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit("a library: see tests/README.md")
