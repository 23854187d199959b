# SPDX-License-Identifier: Apache-2.0
"""A host on another machine: real plugins that are paired once, come back without a code, renew and are revoked."""

import json
import subprocess

from tests.e2e.base import WorldTest, main
from tests.support.world import free_port, last_json, wait_for


class PairedHost(WorldTest):
    messages = 3
    signals = 2
    # Of a certificate: the gateway's own 90 days.
    life = 90 * 86_400

    def make_world(self, world):
        self.port = free_port()
        self.gateway = {"extra": f'[network]\nlisten = "127.0.0.1:{self.port}"\ncertificate_life_s = {self.life}\n'}
        self.identity = world.folder / "identity"

    # Words ------------------------------------------------------------------------------------------

    def offer(self):
        """Code and fingerprint, as semafoorctl pair gives them."""
        offer = json.loads(self.world.ctl("pair", "--name", "kiosk", "--organisation", self.org, "--reason", "a test",
                                          "--json").stdout)
        return "--pair", offer["code"], "--fingerprint", offer["authorityFingerprint"]

    def command(self, *arguments):
        return [self.world.host_bin / "semafoor-host", "--plugins", self.world.plugins, "--gateway",
                f"127.0.0.1:{self.port}", "--identity", self.identity, "--organisation", self.org, "--json", *arguments]

    def remote(self, *arguments):
        return last_json(self.world.run(self.command(*arguments)).stdout)

    def refused(self, *arguments):
        done = self.world.run(self.command(*arguments), check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return (last_json(done.stdout) or last_json(done.stderr))["error"]

    def machines(self):
        return json.loads(self.world.ctl("paired", "list", "--json").stdout).get("machines", [])

    def started(self, *arguments):
        """The states of the three plugins of one process."""
        return {p["id"]: p["state"] for p in self.remote("status", *arguments)["plugins"]}


class OverTheNetwork(PairedHost):
    def test_three_plugins_are_paired_once_and_come_back_without_the_code(self):
        offer = self.offer()
        ready = dict.fromkeys(("ebox", "knipperlicht", "feedback"), "ready")
        self.assertEqual(self.started(*offer), ready)
        self.assertEqual(len(self.machines()), 1)
        self.assertEqual({p.stat().st_mode & 0o777 for p in self.identity.iterdir()}, {0o600})
        self.assertEqual(self.started(), ready)
        self.assertEqual(self.started(*offer), ready, "a code that was used may stay in the configuration")
        self.sync()
        self.assertEqual(len(self.remote("list", "messages", "--all")["messages"]), 3)
        self.world.stop_gateway()
        self.assertEqual(self.refused("list", "messages")["code"], "gateway.absent")
        self.world.start_gateway()
        self.assertEqual(len(self.remote("list", "messages", "--all")["messages"]), 3)
        self.assertEqual(len(self.machines()), 1)
        chain = self.world.ctl("audit", "export", "--reason", "a test").stdout
        self.assertEqual(chain.count("pairing.pair"), 1)

    def test_hosts_that_start_together_on_one_folder_are_one_machine(self):
        offer = self.offer()
        hosts = [subprocess.Popen([str(part) for part in self.command("status", *offer)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) for _ in range(3)]
        for host in hosts:
            out, err = host.communicate(timeout=60)
            self.assertEqual(host.returncode, 0, out + err)
        self.assertEqual(len(self.machines()), 1)

    def test_a_revoked_machine_is_refused_at_once_until_it_is_paired_again(self):
        self.remote("list", "messages", *self.offer())
        self.world.ctl("paired", "revoke", self.machines()[0]["machine"], "--reason", "a test")
        error = self.refused("list", "messages")
        self.assertEqual(error["code"], "session.revoked", error)
        self.assertEqual(error["status"], "UNAUTHENTICATED")
        self.assertIn("Pair the machine anew", error["message"])
        self.remote("list", "messages", *self.offer())
        self.assertEqual([("revokedAt" in m) for m in self.machines()], [True, False])

    def test_what_is_wrong_with_the_settings_is_said(self):
        self.assertEqual(self.refused("list", "messages")["code"], "pairing.missing")
        self.assertEqual(self.refused("list", "messages", "--pair", "ABCD-EFGH-JKMN-PQRS")["code"], "config.missing_key")
        wrong = self.refused("list", "messages", "--pair", "ABCD-EFGH-JKMN-PQRS", *self.offer()[2:])
        self.assertEqual(wrong["code"], "pairing.code_wrong", wrong)
        self.assertNotIn("ABCD", wrong["message"])
        self.assertEqual(self.machines(), [])


class Renewal(PairedHost):
    life = 12

    def test_a_certificate_is_renewed_before_it_ends(self):
        self.remote("list", "messages", *self.offer())
        first = self.machines()[0]

        def renewed():
            self.remote("list", "messages")
            newest = self.machines()[0]
            return newest if newest["serial"] != first["serial"] else None
        second = wait_for(renewed, "the certificate to be renewed", seconds=30)
        self.assertEqual(second["machine"], first["machine"])
        self.assertGreater(int(second["expiresAt"]["unixMs"]), int(first["expiresAt"]["unixMs"]))
        self.assertFalse((self.identity / "next.json").exists())
        wait_for(lambda: self.remote("list", "messages") is not None and self.machines()[0]["serial"] != second["serial"],
                 "the next one to be renewed as well", seconds=30)

    def test_a_certificate_that_has_ended_says_to_pair_again(self):
        self.remote("list", "messages", *self.offer())
        self.world.stop_gateway()
        wait_for(lambda: self.refused("list", "messages")["code"] == "session.certificate_expired",
                 "the certificate to end", seconds=30)
        self.world.start_gateway()
        error = self.refused("list", "messages")
        self.assertIn("semafoorctl pair", error["message"])
        self.remote("list", "messages", *self.offer())


if __name__ == "__main__":
    main()
