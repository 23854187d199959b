# SPDX-License-Identifier: Apache-2.0
"""Secrets are planted wherever there are any, everything is made to go right and to go wrong, and then every place where
they do not belong is read: logs, metrics, states, errors, settings that are shown, the processes' own words, files, backups."""

import os
import re
import urllib.error
import urllib.request

from tests.e2e.base import WorldTest, main
from tests.support.world import free_port

REMARK = "canary-remark-7d1f"
PASSWORD = "canary-password-c3a9"


class Canary(WorldTest):
    def make_world(self, world):
        self.port = free_port()
        world.write_config(metrics=f"127.0.0.1:{self.port}")
        self.gateway = {"metrics": f"127.0.0.1:{self.port}"}

    def page(self, name):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{name}", timeout=30) as answer:
                return answer.read()
        except urllib.error.HTTPError as answer:
            return answer.read()

    def plant(self):
        """{what: bytes}: what nobody but the host, the gateway's vault and the upstream may hold."""
        account = self.world.folder / "keys" / "canary.password"
        account.write_text(PASSWORD)
        os.chmod(account, 0o600)
        self.world.ctl("organisations", "account", self.org, "--user", "canary", "--password", "canary")
        signals = self.fetch_signals()
        secrets = {f"person {one['person']['value']}": one["person"]["value"].encode() for one in signals}
        secrets.update((f"subject {number}", one["subject"]["nl"].encode())
                       for number, one in enumerate(self.listed("messages")) if len(one["subject"].get("nl", "")) > 8)
        for path in (self.world.folder / "keys").glob("*.pem"):
            if "PRIVATE" in path.read_text():
                lines = [line for line in path.read_text().splitlines() if re.fullmatch(r"[A-Za-z0-9+/=]{64}", line)]
                secrets.update((f"line {number} of the key {path.name}", line.encode()) for number, line in enumerate(lines))
        secrets["password"] = PASSWORD.encode()
        secrets["remark"] = REMARK.encode()
        secrets["sealing key"] = (self.world.folder / "data-vault" / "seal.key").read_bytes().strip()
        self.assertGreater(len(secrets), 30)
        return secrets

    def make_everything_happen(self, signals):
        """Good answers and bad ones, of each kind of fault; what was said is given back."""
        said = []
        for signal in signals[:2]:
            self.world.host("answer", signal["signalId"], "X-COUNTED", "--remark", REMARK)
        for fault in ({"status": 503}, {"status": 400, "shape": "legacy"}, {"status": 401, "shape": "oauth"},
                      {"kind": "malformed_json"}, {"kind": "truncated_body"}):
            self.world.fault(times=3, **fault)
            said.append(self.world.ctl("sync", self.org, "--wait", check=False))
            said.append(self.world.ctl("upstream", "test", self.org, "--json", check=False))
            self.world.clear_faults()
        self.world.fault(path="/podmi/v1/messages", method="POST", status=400)
        for signal in signals[2:]:
            said.append(self.world.host_process("answer", signal["signalId"], "X-COUNTED", "--remark", REMARK, check=False))
        said.append(self.world.host_process("answer", signals[0]["signalId"], "X-NONE", "--remark", REMARK, check=False))
        self.world.clear_faults()
        for command in (["status"], ["status", "--json"], ["organisations", "list", "--json"], ["outbox", "list", self.org],
                        ["outbox", "list", self.org, "--json"], ["messages", "upload", self.org, "/nowhere"]):
            said.append(self.world.ctl(*command, check=False))
        said.append(self.world.run([self.world.bin / "semafoor-gateway", "check", "--json", "--config",
                                    self.world.config_file], check=False))
        return [(" ".join(map(str, one.args)), (one.stdout + one.stderr).encode()) for one in said
                if "semafoor-host" not in str(one.args[0])]

    def processes(self):
        for pid in (self.world.gateway.pid, self.world.worker_pid()):
            for name in ("environ", "cmdline"):
                with open(f"/proc/{pid}/{name}", "rb") as shown:
                    yield f"{name} of process {pid}", shown.read()

    def test_no_secret_is_where_it_does_not_belong(self):
        self.sync()
        secrets = self.plant()
        said = self.make_everything_happen(self.listed("signals"))
        backup = self.world.folder / "backup"
        self.world.ctl("backup", backup)
        places = [*said, *self.processes(), ("metrics", self.page("/metrics")), ("readiness", self.page("/health/ready"))]
        for pid in (self.world.gateway.pid, self.world.worker_pid()):
            with open(f"/proc/{pid}/limits", encoding="ascii") as limits:
                core = next(line for line in limits if line.startswith("Max core file size"))
            self.assertEqual(core.split()[4:6], ["0", "0"], "a core file would hold all of it")
        self.world.stop_gateway()
        for folder in (self.world.folder / "data", self.world.folder / "data-vault", backup):
            places += [(str(path), path.read_bytes()) for path in folder.rglob("*")
                       if path.is_file() and path.name != "seal.key"]
        places.append(("log", self.world.gateway_log.read_bytes()))
        self.assertTrue(any(b"semafoor_" in content for name, content in places if name == "metrics"))
        found = [f"{what} is in {where}" for where, content in places for what, secret in secrets.items() if secret in content]
        self.assertEqual(found, [])
        # They are there, where they do belong: the search can find them.
        key = (self.world.folder / "keys" / "client-0.pem").read_bytes()
        self.assertTrue(any(secret in key for secret in secrets.values()))


if __name__ == "__main__":
    main()
