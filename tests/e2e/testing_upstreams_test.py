# SPDX-License-Identifier: Apache-2.0
"""`semafoorctl upstream test`: all green, and each step made to fail in turn."""

import json
import subprocess

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for

# Never through a proxy of the machine that tests.
DIRECT = 'proxy = "none"\n'
# RFC 2606: a name that is never found.
NOBODY = "https://nobody.invalid"
# Where nobody listens.
CLOSED = "http://127.0.0.1:9"


class TestingUpstreams(WorldTest):
    messages = 5
    signals = 2
    gateway = {"upstream": DIRECT}

    def walked(self, org=None):
        """Exit code and document."""
        done = self.world.ctl("upstream", "test", org or self.org, "--json", check=False, timeout=300)
        return done.returncode, json.loads(done.stdout)

    def restart(self, **settings):
        self.world.stop_gateway()
        settings.setdefault("upstream", DIRECT)
        self.world.start_gateway(**settings)

    def outcomes(self, document, connection):
        return {one["step"]: one["outcome"].removeprefix("UPSTREAM_STEP_OUTCOME_")
                for one in document["steps"] if one["connection"] == connection}

    def assert_fails(self, connection, step, code, advice, others=("mutations",)):
        """The step fails with the code and the advice; its connection ends there and `others` go on."""
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 1, document)
        self.assertFalse(document["passed"])
        (found,) = [one for one in document["steps"] if (one["connection"], one["step"]) == (connection, step)]
        self.assertEqual(found["outcome"], "UPSTREAM_STEP_OUTCOME_FAILED", document)
        self.assertEqual(found["code"], code, found)
        self.assertTrue(found["problem"])
        self.assertIn(advice, found["advice"])
        names = list(self.outcomes(document, connection))
        for name in names[names.index(step) + 1:]:
            self.assertEqual(self.outcomes(document, connection)[name], "SKIPPED")
        for other in others:
            self.assertNotIn("FAILED", self.outcomes(document, other).values(), document)
        return found


class AllGreen(TestingUpstreams):
    def test_every_step_is_ok_and_nothing_is_touched(self):
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 0, document)
        self.assertTrue(document["passed"])
        self.assertEqual(document["organisation"], self.org)
        self.assertEqual(self.outcomes(document, "token"),
                         {name: "OK" for name in ("settings", "credentials", "dns", "tls", "token")})
        self.assertEqual(self.outcomes(document, "registry"), {"registry": "SKIPPED"})
        self.assertEqual(self.outcomes(document, "ebox:nsso"), {name: "OK" for name in ("dns", "tls", "list")})
        self.assertEqual(self.outcomes(document, "mutations"),
                         {name: "OK" for name in ("settings", "dns", "tls", "mailbox")})
        ledger = self.world.ledger()
        self.assertEqual(ledger["markedRead"], [])
        self.assertFalse(any(one["started"] for one in ledger["attachments"]))
        self.assertFalse(any(one["delivered"] or one["acknowledged"] for one in ledger["signals"]))
        self.assertEqual(ledger["feedback"], [])

    def test_people_read_a_table_and_a_summary(self):
        done = self.world.ctl("upstream", "test", self.org)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split()[:3], ["OK", "token", "settings"])
        self.assertTrue(lines[-1].startswith("All is well: 12 OK, 1 skipped."), lines[-1])
        for secret in ("eyJ", "Bearer", "BEGIN"):
            self.assertNotIn(secret, done.stdout)
        self.world.fault(path="/ebox/messages", status=503)
        done = self.world.ctl("upstream", "test", self.org, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("what to do:", done.stdout)
        self.assertIn("Not well: 1 step failed", done.stdout.splitlines()[-1])
        self.assertIn("See ebox:nsso list.", done.stdout.splitlines()[-1])

    def test_what_is_no_organisation_and_no_gateway(self):
        exit_code, document = self.walked("0403019261")
        self.assertEqual((exit_code, document["error"]["code"]), (1, "organisation.unknown"))
        exit_code, document = self.walked("nonsense")
        self.assertEqual(exit_code, 1, document)
        self.assertEqual(self.world.ctl("upstream", "test", check=False).returncode, 2)
        self.assertEqual(self.world.ctl("upstream", check=False).returncode, 2)
        helped = self.world.ctl("upstream", "test", "--help")
        self.assertIn("Exit codes", helped.stdout)
        self.world.stop_gateway()
        done = self.world.ctl("upstream", "test", self.org, "--json", check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("error", json.loads(done.stdout))

    def test_a_gateway_that_goes_during_the_test_is_said(self):
        self.world.fault("hang", path="/ebox/messages")
        testing = subprocess.Popen(
            [self.world.bin / "semafoorctl", "--socket", self.world.attestation_socket, "upstream", "test", self.org],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for(lambda: any(one["hits"] for one in self.world.control("GET", "/faults")["faults"]), "the hanging step")
        self.assertEqual(self.world.stop_gateway(), 0, "a test does not hold the gateway up")
        said, why = testing.communicate(timeout=30)
        self.assertIn("token", said)
        self.assertIn(testing.returncode, (1, 3))
        self.assertTrue(why)
        self.world.clear_faults()
        self.world.start_gateway()


class EachStepFails(TestingUpstreams):
    def test_unknown_hosts(self):
        self.restart(token=NOBODY + "/token")
        self.assert_fails("token", "dns", "upstream.dns", "[upstream] of gateway.toml", others=())
        self.restart(ebox=NOBODY + "/v2")
        self.assert_fails("ebox:nsso", "dns", "upstream.dns", "getent hosts", others=("token", "mutations"))
        self.restart(podmi=NOBODY)
        self.assert_fails("mutations", "dns", "upstream.dns", "getent hosts", others=("token", "ebox:nsso"))
        self.restart(upstream=DIRECT + f'registry_url = "{NOBODY}/v1"')
        self.assert_fails("registry", "dns", "upstream.dns", "getent hosts", others=("token", "ebox:nsso", "mutations"))

    def test_nobody_listens(self):
        self.restart(ebox=CLOSED + "/v2")
        found = self.assert_fails("ebox:nsso", "tls", "upstream.unreachable", "firewall", others=("token", "mutations"))
        self.assertEqual(found["address"], "127.0.0.1:9")
        self.restart(podmi=CLOSED)
        self.assert_fails("mutations", "tls", "upstream.unreachable", "firewall", others=("token", "ebox:nsso"))

    def test_settings(self):
        self.restart(podmi="")
        self.assert_fails("mutations", "settings", "upstream.no_address", "docs/onboarding.md", others=("ebox:nsso",))
        self.world.ctl("modules", "disable", self.org, "knipperlicht", "feedback")
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 0, document)
        self.assertEqual(self.outcomes(document, "mutations"), {"settings": "SKIPPED"})

    def test_credentials(self):
        self.world.ctl("organisations", "add", self.org, "--client-id", "somebody-else", "--key", "client-0")
        self.assert_fails("token", "token", "upstream.token_refused", "ChaMan", others=())
        self.world.ctl("organisations", "add", self.org, "--client-id", "client-0", "--key", "absent")
        self.assert_fails("token", "credentials", "vault.key_missing", "NAME.pem", others=())
        self.world.ctl("organisations", "add", self.org, "--client-id", "client-0", "--key", "client-0")
        key = self.world.folder / "keys" / "client-0.pem"
        key.chmod(0o644)
        self.assert_fails("token", "credentials", "vault.key_unreadable", "chmod 600", others=())
        key.chmod(0o600)
        whole = key.read_bytes()
        key.write_bytes(b"-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n")
        self.assert_fails("token", "credentials", "vault.key_unsuitable", "openssl genpkey", others=())
        key.write_bytes(whole)
        self.assertEqual(self.walked()[0], 0)

    def test_clocks(self):
        # Six minutes: told, and got over.
        self.world.fault("clock", clockSeconds=360)
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 0, document)
        self.assertEqual(self.outcomes(document, "token")["token"], "WARNING")
        (warning,) = [one for one in document["steps"] if one["code"] == "clock.wrong"]
        self.assertIn("6 minutes behind", warning["problem"])
        self.assertIn("timedatectl", warning["advice"])
        # More than a day: the assertion is refused, and the clock is the first thing to look at.
        self.world.clear_faults()
        self.world.fault("clock", clockSeconds=2 * 24 * 60 * 60 - 60)
        found = self.assert_fails("token", "token", "upstream.token_refused", "timedatectl", others=())
        self.assertIn("behind the server's", found["problem"])

    def test_refusals(self):
        for status, what, code, advice in (
                (401, {}, "upstream.unauthenticated", "one environment"),
                (403, {"shape": "problem", "code": "missingScope"}, "upstream.missing_scope", "ChaMan"),
                (403, {"shape": "problem", "code": "missingPermission"}, "upstream.missing_permission", "Mahis"),
                (403, {}, "upstream.forbidden", "Mahis"),
                (404, {"shape": "page"}, "upstream.not_found", "correct the address"),
                (429, {}, "upstream.rate_limited", "pause"),
                (503, {}, "upstream.unavailable", "support")):
            with self.subTest(code):
                self.world.clear_faults()
                self.world.fault(path="/ebox/messages", status=status, **what)
                self.assert_fails("ebox:nsso", "list", code, advice, others=("token", "mutations"))
        self.world.clear_faults()
        for status, what, code, advice in (
                (403, {"shape": "problem", "code": "missingScope"}, "upstream.missing_scope", "POD MI"),
                (403, {"shape": "page"}, "upstream.forbidden", "POD MI"),
                (404, {"shape": "page"}, "upstream.not_found", "correct the address"),
                (503, {}, "upstream.unavailable", "support")):
            with self.subTest("mutations " + code):
                self.world.clear_faults()
                self.world.fault(path="*/podmi/v1/feedback/*", status=status, **what)
                self.assert_fails("mutations", "mailbox", code, advice, others=("token", "ebox:nsso"))


class Providers(TestingUpstreams):
    def setUp(self):
        super().setUp()
        self.world.control("POST", "/providers", {"id": "b", "messages": 4})
        self.world.control("POST", "/providers", {"id": "c", "messages": 3, "down": True})
        self.restart(upstream=DIRECT + f'registry_url = "{self.world.base}/federation/v1"')

    def test_each_active_provider_is_a_connection_and_one_is_down(self):
        found = self.assert_fails("ebox:c", "list", "upstream.no_answer", "broke off",
                                  others=("token", "registry", "ebox:nsso", "ebox:b", "mutations"))
        self.assertIn("/", found["problem"])
        self.world.control("PUT", "/providers/c", {"down": False})
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 0, document)
        self.assertEqual(self.outcomes(document, "registry"), {name: "OK" for name in ("dns", "tls", "registry")})

    def test_one_in_maintenance_is_a_warning_and_a_registry_that_is_away_stops_nothing(self):
        self.world.control("PUT", "/providers/c", {"down": False, "maintenance": [
            {"startDate": "2020-01-01T00:00:00Z", "endDate": "2999-01-01T00:00:00Z"}]})
        exit_code, document = self.walked()
        self.assertEqual(exit_code, 0, document)
        self.assertEqual(self.outcomes(document, "registry")["registry"], "WARNING")
        self.assertFalse(self.outcomes(document, "ebox:c"))
        self.world.fault(path="/federation/v1/messageProviders", status=503)
        self.assert_fails("registry", "registry", "upstream.unavailable", "support",
                          others=("token", "ebox:nsso", "mutations"))


if __name__ == "__main__":
    main()
