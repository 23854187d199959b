# SPDX-License-Identifier: Apache-2.0
"""Everything somebody may try at the gateway's doors: each is refused, with its code, and is found afterwards."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from tests.support.world import World, last_json, wait_for

ROOT = os.geteuid() == 0
UNAVAILABLE = 14
RESOURCE_EXHAUSTED = 8
# How long a pairing code is good here.
CODE_SECONDS = 10


class Tally:
    tried = 0
    refused = 0
    skipped = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class AttackTest(unittest.TestCase):
    """One world for all attacks of a class."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(os.environ["SEMAFOOR_BUILD"], messages=2, signals=1, organisations=2)
        cls.addClassCleanup(cls.world.stop)
        # Other accounts must come as far as the sockets.
        cls.world.folder.chmod(0o755)
        cls.world.start_sandbox()
        cls.org, cls.other_org = cls.world.organisations
        cls.prepare()
        cls.world.write_config(extra=cls.settings())
        # What no record has is looked for in the log.
        text = cls.world.config_file.read_text()
        cls.world.config_file.write_text(text.replace('log_level = "info"', 'log_level = "debug"'))
        cls.world.start_gateway()
        for index, modules in ((0, ("ebox", "knipperlicht")), (1, ("ebox",))):
            cls.world.add_organisation(index, modules=modules)

    @classmethod
    def prepare(cls):
        """For what must be there before the gateway starts."""

    def tearDown(self):
        self.assertIsNone(self.world.gateway.poll(), "no attack ends the gateway")

    # Words ------------------------------------------------------------------------------------------

    @classmethod
    def copied(cls, name, more=b""):
        """The attacking program under another name, and perhaps of another content."""
        target = cls.world.folder / name
        target.unlink(missing_ok=True)
        shutil.copy2(cls.world.bin / "semafoor-attack", target)
        if more:
            with open(target, "ab") as handle:
                handle.write(more)
        target.chmod(0o755)
        return target

    def attack(self, *arguments, user=None, program=None):
        command = [str(program or self.world.folder / "attack"), *map(str, arguments)]
        who = {"user": user, "group": "nogroup", "extra_groups": []} if user else {}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/", **who)
        answer = last_json(done.stdout)
        self.assertIsNotNone(answer, done.stdout + done.stderr)
        return answer

    def call(self, method, *arguments, request=None, **more):
        return self.attack("call", method, json.dumps(request or {}), *arguments, **more)

    def list_messages(self, *arguments, org=None, **more):
        return self.call("Mailbox.ListMessages", *arguments,
                         request={"organisation": {"value": org or self.org}}, **more)

    def attest(self, line='{"v":1,"host":"suite","client":"suite"}'):
        """As this very process, which lives on."""
        with socket.socket(socket.AF_UNIX) as channel:
            channel.connect(str(self.world.attestation_socket))
            channel.sendall(line.encode() + b"\n")
            return b"".join(iter(lambda: channel.recv(4096), b""))

    def own_token(self):
        return json.loads(self.attest())

    def refused(self, answer, code, status=None, recorded=True):
        """Counts an attack that was tried. `recorded` false: what was wrong is the request, which the log alone has."""
        Tally.tried += 1
        self.assertNotEqual(answer.get("status"), 0, answer)
        self.assertNotIn("response", answer)
        if code:
            self.assertEqual(answer["code"], code, answer)
        if status is not None:
            self.assertEqual(answer["status"], status, answer)
        if code and recorded:
            self.expect_audited(code)
        else:
            self.expect_logged(code or "Handshake failed")
        Tally.refused += 1

    def expect_audited(self, code):
        """In the chain of an organisation that the caller may use, or in the gateway's own."""
        wait_for(lambda: any(code in self.world.ctl("audit", "export", *chain, "--reason", "a test").stdout
                             for chain in ((), (self.org,), (self.other_org,))), f"{code} to be recorded")

    def expect_logged(self, words):
        wait_for(lambda: words in self.world.gateway_log.read_text(errors="replace"), f"{words} to be logged")

    def need_root(self):
        if not ROOT:
            Tally.skipped.append(self.id().rsplit(".", 1)[-1])
            self.skipTest("another account is needed")


class OnThisMachine(AttackTest):
    @classmethod
    def prepare(cls):
        cls.copied("attack")
        suite = cls.copied("suite")
        cls.suite_hash = hashlib.sha256(suite.read_bytes()).hexdigest()

    @classmethod
    def settings(cls):
        return f"""
[local]
folder_mode = "0755"
calls_per_second = 100
[[local.allow]]
user = "nobody"
organisations = ["{cls.org}"]
modules = ["ebox"]
role = "reader"
[[local.allow]]
user = "daemon"
organisations = ["{cls.org}"]
program = "{cls.world.folder}/suite"
sha256 = "{cls.suite_hash}"
"""

    def rpc(self):
        return f"unix:{self.world.folder}/run/rpc.sock"

    def own(self, *arguments, **more):
        return self.list_messages("--attest", self.world.attestation_socket, *arguments, **more)

    def test_a_client_without_a_token(self):
        self.assertEqual(self.own()["status"], 0)
        self.refused(self.list_messages("--address", self.rpc()), "session.missing")

    def test_a_client_with_a_token_it_made_up(self):
        self.refused(self.list_messages("--address", self.rpc(), "--token", "0" * 64), "session.unknown")

    def test_a_client_that_does_not_speak_the_attestation(self):
        for garbage in ("{}", "[]", "\x00\xff", '{"v":1,"host":7}', "x" * 5000):
            Tally.tried += 1
            self.assertEqual(self.attest(garbage), b"", garbage[:20])
            Tally.refused += 1

    def test_another_account(self):
        self.need_root()
        self.refused(self.own(user="games"), "attestation.refused")

    def test_a_token_that_was_stolen_from_a_living_process(self):
        stolen = self.own_token()
        self.refused(self.list_messages("--address", stolen["address"], "--token", stolen["token"]),
                     "session.other_process")

    def test_a_token_that_outlived_its_process(self):
        ended = json.loads(self.attack("attest", self.world.attestation_socket)["answer"])
        self.refused(self.list_messages("--address", ended["address"], "--token", ended["token"]),
                     "session.process_gone")

    def test_a_process_that_has_the_number_of_the_tokens_own(self):
        self.need_root()
        last = Path("/proc/sys/kernel/ns_last_pid")
        for _ in range(50):
            said = self.attack("attest", self.world.attestation_socket)
            ended = json.loads(said["answer"])
            try:
                last.write_text(str(said["pid"] - 1))
            except OSError:
                Tally.skipped.append("reused number")
                self.skipTest("this system does not give a number again")
            process = subprocess.Popen(
                [str(self.world.folder / "attack"), "call", "Mailbox.ListMessages",
                 json.dumps({"organisation": {"value": self.org}}), "--address", ended["address"], "--token",
                 ended["token"]], stdout=subprocess.PIPE, text=True)
            out, _ = process.communicate(timeout=60)
            if process.pid == said["pid"]:
                return self.refused(last_json(out), "session.process_gone")
        self.fail("no process got the number of the one before")

    def test_the_organisation_of_somebody_else(self):
        self.need_root()
        self.assertEqual(self.own(user="nobody")["status"], 0)
        self.refused(self.own(user="nobody", org=self.other_org), "organisation.foreign")

    def test_a_module_that_was_not_given(self):
        self.need_root()
        self.refused(self.call("Signals.ListSignals", "--attest", self.world.attestation_socket, user="nobody",
                               request={"organisation": {"value": self.org}}), "module.foreign")

    def test_a_module_that_is_off(self):
        self.refused(self.call("Signals.ListSignals", "--attest", self.world.attestation_socket,
                               request={"organisation": {"value": self.other_org}}), "module.disabled")

    def test_a_suite_that_administers(self):
        self.need_root()
        self.refused(self.call("Admin.GetStatus", "--attest", self.world.attestation_socket, user="daemon",
                               program=self.world.folder / "suite"), "permission.admin")

    def test_a_reader_that_does_what_an_operator_does(self):
        self.need_root()
        self.assertEqual(self.call("Admin.GetStatus", "--attest", self.world.attestation_socket,
                                   user="nobody")["status"], 0)
        self.refused(self.call("Admin.SetModule", "--attest", self.world.attestation_socket, user="nobody",
                               request={"organisation": {"value": self.org}, "module": "MODULE_EBOX"}),
                     "permission.role")

    def test_a_dangerous_act_without_a_reason(self):
        self.refused(self.call("Admin.StartBackup", "--attest", self.world.attestation_socket,
                               request={"folder": str(self.world.folder / "stolen")}), "request.reason_missing")
        self.assertFalse((self.world.folder / "stolen").exists())

    def test_another_program_of_an_account_that_is_allowed_for_one(self):
        self.need_root()
        self.assertEqual(self.own(user="daemon", program=self.world.folder / "suite")["status"], 0)
        self.refused(self.own(user="daemon"), "attestation.program")

    def test_a_program_in_the_place_of_the_one_that_is_allowed(self):
        self.need_root()
        (self.world.folder / "suite").rename(self.world.folder / "suite.good")
        try:
            changed = self.copied("suite", more=b"changed")
            self.refused(self.own(user="daemon", program=changed), "attestation.program")
        finally:
            (self.world.folder / "suite.good").replace(self.world.folder / "suite")
        self.assertEqual(self.own(user="daemon", program=self.world.folder / "suite")["status"], 0)

    def test_calls_without_end(self):
        self.refused(self.own("--repeat", 2000), "rate.limited", RESOURCE_EXHAUSTED)

    def test_metadata_without_bounds(self):
        self.refused(self.call("Feedback.SubmitFeedback", "--attest", self.world.attestation_socket, "--meta",
                               "semafoor-reason-bin=x", request={"organisation": {"value": "0000000000"}}),
                     "request.invalid", recorded=False)
        Tally.tried += 1
        answer = self.own("--meta", "semafoor-actor-name-bin=" + "x" * 100_000)
        self.assertEqual(answer["status"], RESOURCE_EXHAUSTED, answer)
        Tally.refused += 1

    def test_a_backup_whose_restore_would_write_elsewhere(self):
        target = self.world.folder / "backup"
        self.world.ctl("backup", target)
        outside = self.world.folder / "outside"
        outside.write_text("x")
        manifest = json.loads((target / "manifest.json").read_text())
        del manifest["sha256"]
        manifest["files"].append({"name": "../outside", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()})
        plain = json.dumps(manifest, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        manifest["sha256"] = hashlib.sha256(plain.encode()).hexdigest()
        (target / "manifest.json").write_text(json.dumps(manifest, sort_keys=True))
        place = self.world.folder / "a" / "b"
        place.mkdir(parents=True)
        done = self.world.ctl("restore", target, "--data", place / "data", "--json", check=False)
        Tally.tried += 1
        self.assertEqual(last_json(done.stdout)["error"]["code"], "backup.damaged", done.stdout + done.stderr)
        self.assertFalse((place / "outside").exists())
        Tally.refused += 1

    def test_somebody_who_pretends_to_be_the_gateway(self):
        self.need_root()
        fake = self.world.folder / "fake"
        fake.mkdir(mode=0o777)
        fake.chmod(0o777)
        # The listener's account is the one that it had when it began to listen.
        script = ("import os, pwd, socket, sys\nos.setuid(pwd.getpwnam('nobody').pw_uid)\n"
                  "s = socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen()\nprint('ready', flush=True)\n"
                  "while True:\n  c, _ = s.accept()\n  print('heard', c.recv(4096), flush=True)\n  c.close()\n")
        with subprocess.Popen([sys.executable, "-c", script, str(fake / "attest.sock")], stdout=subprocess.PIPE,
                              text=True) as pretender:
            self.assertEqual(pretender.stdout.readline().strip(), "ready")
            done = self.world.run([self.world.host_bin / "semafoor-host", "--plugins", self.world.plugins, "--gateway",
                                   fake / "attest.sock", "--organisation", self.org, "--json", "list", "messages"],
                                  check=False)
            pretender.kill()
            self.assertEqual(set(pretender.stdout.read().splitlines()), {"heard b''"})
        Tally.tried += 1
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("listens there, expected", done.stdout + done.stderr)
        Tally.refused += 1


class OverTheNetwork(AttackTest):
    @classmethod
    def prepare(cls):
        cls.copied("attack")
        cls.port = free_port()

    @classmethod
    def settings(cls):
        # Nothing is sealed: the authority's key can be used for what no gateway would sign.
        return f"""
[local]
token_lifetime_s = 5
[network]
listen = "127.0.0.1:{cls.port}"
pairing_code_s = {CODE_SECONDS}
[seal]
source = "none"
"""

    @classmethod
    def pem(cls, name, text):
        path = cls.world.folder / name
        path.write_text(text)
        return path

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=True,
                              cwd=self.world.folder).stdout

    def new_request(self, name):
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")
        return (self.world.folder / f"{name}.csr").read_text()

    def offer(self):
        offer = json.loads(self.world.ctl("pair", "--name", "kiosk", "--organisation", self.org, "--module", "ebox",
                                          "--reason", "a test", "--json").stdout)
        self.pem("ca.pem", offer["authority"])
        return offer["code"]

    def remote(self, method, *arguments, certificate=None, **more):
        whose = ["--cert", f"{self.world.folder}/{certificate}.crt", "--key",
                 f"{self.world.folder}/{certificate}.key"] if certificate else []
        return self.call(method, "--address", f"127.0.0.1:{self.port}", "--ca", self.world.folder / "ca.pem", *whose,
                         *arguments, **more)

    def remote_list(self, certificate=None, *arguments, org=None):
        return self.remote("Mailbox.ListMessages", *arguments, certificate=certificate,
                           request={"organisation": {"value": org or self.org}})

    def pair(self, code, name, request=None):
        return self.remote("Pairing.Pair", request={"code": code, "certificateRequest": request or self.new_request(name)})

    def paired(self, name):
        """A machine that may list messages; gives its serial number."""
        answer = self.pair(self.offer(), name)
        self.assertEqual(answer["status"], 0, answer)
        self.pem(f"{name}.crt", answer["response"]["certificate"]["certificate"])
        return answer["response"]["certificate"]["serial"]

    def test_a_machine_without_a_certificate(self):
        self.offer()
        self.refused(self.remote_list(), "session.missing")

    def test_a_stolen_token_from_the_network(self):
        self.offer()
        self.refused(self.remote_list(None, "--token", self.own_token()["token"]), "session.missing")

    def test_a_token_whose_time_is_over(self):
        old = self.own_token()
        answer = wait_for(lambda: (lambda said: said if said["code"] == "session.unknown" else None)(
            self.list_messages("--address", old["address"], "--token", old["token"])), "the token to expire")
        self.refused(answer, "session.unknown")

    def test_a_code_that_is_guessed(self):
        code = self.offer()
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        for _ in range(5):
            self.refused(self.pair(wrong, "guess"), "pairing.code_wrong")
        self.refused(self.pair(code, "guess"), "pairing.code_wrong")

    def test_a_code_that_is_used_again(self):
        code = self.offer()
        self.assertEqual(self.pair(code, "first")["status"], 0)
        self.refused(self.pair(code, "second"), "pairing.code_used")

    def test_a_code_that_comes_late(self):
        code = self.offer()
        late = time.monotonic() + CODE_SECONDS
        wait_for(lambda: time.monotonic() > late, "the code's time to be over")
        self.refused(self.pair(code, "late"), "pairing.code_expired")

    def test_a_key_that_is_not_the_machines(self):
        code = self.offer()
        request = self.new_request("stolen")
        middle = len(request) // 2
        changed = request[:middle] + ("A" if request[middle] != "A" else "B") + request[middle + 1:]
        answer = self.pair(code, "stolen", changed)
        self.assertIn(answer["code"], ("pairing.request_unproven", "pairing.request_unreadable"))
        self.refused(answer, answer["code"], recorded=False)

    def test_a_revoked_certificate(self):
        serial = self.paired("revoked")
        self.assertEqual(self.remote_list("revoked")["status"], 0)
        self.world.ctl("paired", "revoke", serial, "--reason", "a test")
        self.refused(self.remote_list("revoked"), "session.revoked")

    def test_what_a_machine_was_not_paired_for(self):
        self.paired("narrow")
        self.refused(self.remote_list("narrow", org=self.other_org), "organisation.foreign")
        self.refused(self.remote("Signals.ListSignals", certificate="narrow",
                                 request={"organisation": {"value": self.org}}), "module.foreign")
        self.refused(self.remote("Admin.GetStatus", certificate="narrow"), "permission.admin")

    def authority_key(self):
        kept = (self.world.folder / "data-vault" / "pairing-authority").read_text()
        return self.pem("authority.key", kept[kept.index("-----BEGIN"):])

    def sign(self, name, key, *dates):
        """A client's certificate as no gateway gives it."""
        self.new_request(name)
        extensions = self.pem("client.ext", "extendedKeyUsage=clientAuth\nbasicConstraints=CA:FALSE\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", key, "-CAcreateserial", "-extfile",
                     extensions, "-out", f"{name}.crt", *dates)

    def test_an_expired_certificate(self):
        self.offer()
        self.sign("expired", self.authority_key(), "-days", "-1")
        self.refused(self.remote_list("expired"), None, UNAVAILABLE)

    def test_a_certificate_that_the_gateway_never_gave(self):
        self.offer()
        self.sign("unknown", self.authority_key())
        self.refused(self.remote_list("unknown"), "session.certificate_unknown")

    def test_a_certificate_of_another_authority(self):
        self.offer()
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                     "-keyout", "foreign.key", "-out", "foreign.crt")
        self.refused(self.remote_list("foreign"), None, UNAVAILABLE)

    def test_a_call_in_clear(self):
        self.offer()
        self.refused(self.remote_list(None, "--clear"), None, UNAVAILABLE)

    def test_somebody_who_pretends_to_be_the_gateway(self):
        self.offer()
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     "/CN=gateway.semafoor.internal", "-addext", "subjectAltName=DNS:gateway.semafoor.internal", "-keyout",
                     "fake.key", "-out", "fake.crt")
        port = free_port()
        with subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", "fake.key", "-cert",
                               "fake.crt", "-alpn", "h2", "-quiet"], cwd=self.world.folder, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as pretender:
            wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "the pretender to listen")
            answer = self.call("Pairing.Pair", "--address", f"127.0.0.1:{port}", "--ca", self.world.folder / "ca.pem",
                               request={"code": "CANARY"})
            pretender.kill()
            self.assertNotIn(b"CANARY", pretender.stdout.read())
        Tally.tried += 1
        self.assertEqual(answer["status"], UNAVAILABLE, answer)
        Tally.refused += 1


    # A host of this suite's machine whose plugins go over the network -------------------------------

    def host(self, port, *arguments, identity="identity"):
        done = self.world.run([self.world.host_bin / "semafoor-host", "--plugins", self.world.plugins, "--gateway",
                               f"127.0.0.1:{port}", "--identity", self.world.folder / identity, "--organisation", self.org,
                               "--json", "list", "messages", *arguments], check=False)
        answer = last_json(done.stdout) or last_json(done.stderr)
        self.assertEqual(done.returncode == 0, "error" not in answer, done.stdout + done.stderr)
        return answer

    def fingerprint(self):
        der = subprocess.run(["openssl", "x509", "-in", "ca.pem", "-outform", "DER"], capture_output=True, check=True,
                             cwd=self.world.folder).stdout
        return hashlib.sha256(der).hexdigest()

    def host_refuses(self, port, code, *arguments, **more):
        Tally.tried += 1
        answer = self.host(port, *arguments, **more)
        self.assertEqual(answer.get("error", {}).get("code"), code, answer)
        Tally.refused += 1

    def pretending(self, *more):
        """A TLS server with a certificate of its own making, and a port. Ends with the test."""
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     "/CN=gateway.semafoor.internal", "-addext", "subjectAltName=DNS:gateway.semafoor.internal", "-keyout",
                     "fake.key", "-out", "fake.crt")
        port = free_port()
        heard = self.world.folder / f"heard.{port}"
        with open(heard, "wb") as log:
            pretender = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", "fake.key",
                                          "-cert", "fake.crt", "-alpn", "h2", "-quiet", *more], cwd=self.world.folder,
                                         stdin=subprocess.PIPE, stdout=log, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (pretender.kill(), pretender.communicate()))
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "the pretender to listen", alive=pretender)
        return port, heard

    def test_a_hosts_code_goes_to_nobody_with_another_fingerprint(self):
        code = self.offer()
        pairing = ("--pair", code, "--fingerprint", self.fingerprint())
        for more in ((), ("-cert_chain", "ca.pem")):
            port, heard = self.pretending(*more)
            self.host_refuses(port, "gateway.impersonated", *pairing, identity="misled")
            self.assertEqual(heard.read_bytes(), b"", "nothing is said after the handshake")
        # And the other way round, more often than a code has tries: it was never sent.
        for _ in range(6):
            self.host_refuses(self.port, "gateway.impersonated", "--pair", code, "--fingerprint", "0" * 64,
                              identity="misled")
        self.assertNotIn("error", self.host(self.port, *pairing, identity="misled"))

    def test_somebody_who_pretends_to_be_the_gateway_to_a_paired_host(self):
        self.assertNotIn("error", self.host(self.port, "--pair", self.offer(), "--fingerprint", self.fingerprint()))
        for more in ((), ("-cert_chain", "ca.pem")):
            port, heard = self.pretending(*more)
            self.host_refuses(port, "gateway.impersonated")
            self.assertEqual(heard.read_bytes(), b"", "nothing is said after the handshake")
        self.assertNotIn("error", self.host(self.port))

    def test_a_host_that_is_to_speak_in_clear(self):
        heard = []
        with socket.create_server(("127.0.0.1", 0)) as server:
            def answer():
                while True:
                    try:
                        channel, _ = server.accept()
                    except OSError:
                        return
                    with channel:
                        # As a gateway of HTTP/2 in clear begins: its settings.
                        channel.sendall(bytes((0, 0, 0, 4, 0, 0, 0, 0, 0)))
                        heard.append(channel.recv(4096))
            thread = threading.Thread(target=answer, daemon=True)
            thread.start()
            port = server.getsockname()[1]
            self.host_refuses(port, "gateway.not_tls", "--pair", self.offer(), "--fingerprint", self.fingerprint(),
                              identity="in-clear")
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)
        self.assertTrue(heard)
        self.assertTrue(all(said[:1] == b"\x16" for said in heard), "the beginning of TLS and nothing else")

    def test_a_host_whose_machine_was_revoked(self):
        identity = "lost"
        self.assertNotIn("error", self.host(self.port, "--pair", self.offer(), "--fingerprint", self.fingerprint(),
                                            identity=identity))
        machines = json.loads(self.world.ctl("paired", "list", "--json").stdout)["machines"]
        self.world.ctl("paired", "revoke", machines[-1]["machine"], "--reason", "a test")
        self.host_refuses(self.port, "session.revoked", identity=identity)
        self.expect_audited("session.revoked")

    def test_a_hosts_key_that_another_account_took(self):
        self.need_root()
        self.assertNotIn("error", self.host(self.port, "--pair", self.offer(), "--fingerprint", self.fingerprint(),
                                            identity="own"))
        key = self.world.folder / "own" / "identity.json"
        done = subprocess.run(["cat", str(key)], capture_output=True, user="nobody", group="nogroup", extra_groups=[])
        Tally.tried += 1
        self.assertNotEqual(done.returncode, 0)
        Tally.refused += 1
        key.chmod(0o644)
        self.host_refuses(self.port, "identity.exposed", identity="own")


def main():
    # The base has no attacks of its own.
    loaded = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(one) for one in (OnThisMachine, OverTheNetwork))
    result = unittest.TextTestRunner(verbosity=2).run(loaded)
    print(json.dumps({"suite": "attack", "attacks": Tally.tried, "refused": Tally.refused, "skipped": Tally.skipped}))
    sys.exit(0 if result.wasSuccessful() and Tally.tried == Tally.refused else 1)


if __name__ == "__main__":
    main()
