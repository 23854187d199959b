# SPDX-License-Identifier: Apache-2.0
"""An e-Box of several providers: one that is down takes nothing from the others, and is named until it is back."""

from tests.e2e.base import WorldTest, main
from tests.support.world import wait_for


class FederatedWorld(WorldTest):
    """The first provider, b, and c, which is down."""

    messages = 6
    signals = 0

    def setUp(self):
        super().setUp()
        self.world.control("POST", "/providers", {"id": "b", "messages": 4})
        self.world.control("POST", "/providers", {"id": "c", "messages": 3, "down": True})
        # Only now: the gateway reads the registry when it is asked to synchronise.
        self.world.stop_gateway()
        self.world.start_gateway(upstream=f'registry_url = "{self.world.base}/federation/v1"')

    def providers(self):
        (organisation,) = self.world.status()["organisations"]
        return {one["providerId"]: one for one in organisation["eboxProviders"]}

    def of_provider(self, name):
        described = self.world.control("GET", "/providers")["providers"]
        return {i for one in described if one["id"] == name for i in one["messages"][self.org]}

    def here(self, name):
        return {m["providerMessageId"] for m in self.listed("messages") if m["providerId"] == name}

    def synchronise(self):
        done = self.world.ctl("sync", self.org, "--wait", check=False, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def change(self, name, **what):
        self.world.control("PUT", f"/providers/{name}", what)


class SeveralProviders(FederatedWorld):
    def test_one_is_down_and_comes_back(self):
        code, said = self.synchronise()
        self.assertEqual(code, 1, said)
        self.assertIn("Provider c never reached yet", said)
        self.assertNotIn("Provider b", said)
        # The first one has the address of the settings, and so the name that they give it.
        self.assertEqual(self.here("nsso"), {m["messageId"] for m in self.expected_messages()})
        self.assertEqual(self.here("b"), self.of_provider("b"))
        self.assertEqual(self.here("c"), set())
        for message in self.listed("messages"):
            for attachment in message["attachments"]:
                self.assertEqual(attachment["state"], "ATTACHMENT_STATE_STORED")
        page = self.world.ctl("status").stdout
        self.assertIn("e-Box provider c (2.1): NEVER REACHED", page)
        self.assertNotIn("lastSuccess", self.providers()["c"])
        self.assertTrue(self.providers()["c"]["problem"])
        self.assertTrue(int(self.providers()["b"]["lastSuccess"]["unixMs"]))

        self.change("c", down=False)
        code, said = self.synchronise()
        self.assertEqual(code, 0, said)
        self.assertEqual(self.here("c"), self.of_provider("c"))
        reached = self.providers()["c"]["lastSuccess"]["unixMs"]
        self.assertFalse(self.providers()["c"]["problem"])

        # Down again: since when is known now, to the operation and to the administrator.
        self.change("c", down=True)
        self.world.control("POST", "/providers/b/messages", {"organisation": self.org, "count": 2})
        late = set(self.world.control("POST", "/providers/c/messages", {"organisation": self.org})["messageIds"])
        code, said = self.synchronise()
        self.assertEqual(code, 1)
        self.assertIn("Provider c not reached since 20", said)
        self.assertEqual(self.here("b"), self.of_provider("b"))
        self.assertIn("e-Box provider c (2.1): NOT REACHED since 20", self.world.ctl("status").stdout)
        self.assertEqual(self.providers()["c"]["lastSuccess"]["unixMs"], reached)
        self.change("c", down=False)
        wait_for(lambda: self.synchronise()[0] == 0, "provider c to be reached again")
        self.assertLessEqual(late, self.here("c"))
        self.assertTrue(all(a["completed"] == 1 for a in self.world.ledger()["attachments"]), "nothing comes twice")

    def test_a_restart_without_the_registry_knows_the_providers(self):
        self.change("c", down=False)
        self.assertEqual(self.synchronise()[0], 0)
        self.world.stop_gateway()
        self.world.fault(path="/federation/v1/messageProviders", status=503)
        self.world.control("POST", "/providers/b/messages", {"organisation": self.org})
        self.world.start_gateway()
        code, said = self.synchronise()
        self.assertEqual(code, 1)
        self.assertIn("The registry of providers was not read", said)
        self.assertEqual(self.here("b"), self.of_provider("b"))

    def test_who_is_not_called_and_why(self):
        self.change("c", down=False, apiVersion="3.0")
        self.world.control("POST", "/providers", {"id": "d", "activationDate": "2999-01-01"})
        self.world.control("POST", "/providers", {"id": "e", "deactivationDate": "2021-01-01"})
        self.world.control("POST", "/providers", {"id": "f", "maintenance": [
            {"startDate": "2020-01-01T00:00:00Z", "endDate": "2999-01-01T00:00:00Z"}]})
        self.world.control("POST", "/providers", {"raw": {"messageProviderId": "g", "apiSupportedVersion": "2.1"}})
        self.synchronise()
        code, said = self.synchronise()
        self.assertEqual(code, 1)
        self.assertIn("Provider c speaks 3.0, not enabled", said)
        self.assertIn("Provider f is in planned maintenance until 2999-01-01", said)
        self.assertIn("provider g is not called", said)
        for ignored in "de":
            self.assertNotIn(f"rovider {ignored} ", said)
            self.assertIn(f"e-Box provider {ignored} (2.1): not called", self.world.ctl("status").stdout)
        self.assertEqual({m["providerId"] for m in self.listed("messages")}, {"nsso", "b"})
        self.assertEqual({name: one["standing"].removeprefix("EBOX_PROVIDER_STANDING_")
                          for name, one in self.providers().items()},
                         {"nsso": "ACTIVE", "b": "ACTIVE", "c": "DIALECT_NOT_ENABLED", "d": "NOT_YET_ACTIVE",
                          "e": "DEACTIVATED", "f": "MAINTENANCE", "g": "UNREADABLE"})


class Dialect3(FederatedWorld):
    """Provisional: against a sandbox that knows no more of it than the gateway does."""

    def test_a_provider_that_speaks_3_is_read_once_that_is_enabled(self):
        self.change("c", down=False, apiVersion="3.0")
        self.world.stop_gateway()
        self.world.start_gateway(upstream=f'registry_url = "{self.world.base}/federation/v1"\ndialect3 = true')
        code, said = self.synchronise()
        self.assertEqual(code, 0, said)
        self.assertEqual(self.here("c"), self.of_provider("c"))
        for message in self.listed("messages"):
            if message["providerId"] == "c":
                self.assertTrue(message["senderOrganisationId"])
                self.assertTrue(any(a["mainContent"] for a in message["attachments"]))


if __name__ == "__main__":
    main()
