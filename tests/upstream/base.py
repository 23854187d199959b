# SPDX-License-Identifier: Apache-2.0
"""What the wire scripts share: a world whose signals and answers travel over one of the three wires."""

import json

from tests.e2e.base import WorldTest
from tests.support.world import wait_for

# Each wire with who it is that calls: what the settings say, and below which path of the sandbox it lies.
WIRES = {
    "cloudevents": ("/podmi", ""),
    "soa-certificate": ("/ksz/soa/v1/exchange", 'podmi_wire = "soa"\npodmi_legal_context = "PCSA:SOCIAL_INQUIRY"'),
    "soa-account": ("/ksz/soa/v1/exchange", 'podmi_wire = "soa"\npodmi_legal_context = "PCSA:SOCIAL_INQUIRY"\n'
                                            'podmi_security = "account"'),
    "ssdn": ("/ksz/ssdn/connector", 'podmi_wire = "ssdn"'),
}
# Requests of each wire, for faults: one path for all operations of SOAP.
FETCHES = {"cloudevents": {"path": "/podmi/v1/messages", "method": "GET"}}
SENDS = {"cloudevents": {"path": "/podmi/v1/messages", "method": "POST"}}
ACCOUNT = {"user": "TA00001", "password": "sesame, open"}
ACCEPTED = {"FEEDBACK_STATE_ACCEPTED"}


class WireTest(WorldTest):
    """A test over `wire`. The organisation of the world has a client id, a certificate and a technical account."""

    wire = "cloudevents"
    manner = "acknowledged"
    messages = 0
    signals = 5
    extra = ""

    def setUp(self):
        path, settings = WIRES[self.wire]
        self.path = path
        self.settings = f'{settings}\npodmi_fetch = "{self.manner}"\n{self.extra}'
        self.gateway = {"upstream": self.settings}
        super().setUp()
        password = self.world.folder / "keys" / "client-0.password"
        password.write_text(ACCOUNT["password"] + "\n")
        password.chmod(0o600)
        self.known_credentials()
        if self.wire in ("soa-account", "ssdn"):
            self.world.ctl("organisations", "account", self.org, "--user", ACCOUNT["user"], "--password", "client-0",
                           "--user-id", "85073003328", "--email", "dienst@ocmw.example")

    def make_world(self, world):
        start = world.start_sandbox

        def start_sandbox():
            start()
            world.control("PUT", "/settings", {"fetchManner": self.manner})
            self.gateway["podmi"] = world.base + self.path
        world.start_sandbox = start_sandbox

    # Words ------------------------------------------------------------------------------------------

    def known_credentials(self, **changes):
        """What the sandbox knows of the organisation; a change replaces it."""
        keys = self.world.folder / "keys"
        self.world.control("POST", "/clients", {
            "clientId": "client-0", "organisation": self.org,
            "publicKeyPem": (keys / "client-0.pub.pem").read_text(),
            "certificatePem": (keys / "client-0.crt").read_text(), "account": ACCOUNT, **changes})

    def fetches(self):
        return FETCHES.get(self.wire, {"path": self.path, "method": "POST"})

    def sends(self):
        return SENDS.get(self.wire, {"path": self.path, "method": "POST"})

    def fetch_now(self):
        self.world.ctl("sync", self.org, "--wait", check=False)

    def duty(self, name):
        status = next(one for one in self.world.status()["organisations"]
                      if one["organisation"]["organisation"]["value"] == self.org)
        return next((duty for duty in status.get("duties", []) if duty["name"] == name), {})

    def problem_of(self, duty, part):
        """Waits until the duty says `part`; gives the whole sentence."""
        def said():
            problem = self.duty(duty).get("problem", "")
            return problem if part in problem else None
        return wait_for(said, f"{duty} to say '{part}'")

    def answer(self, signals, code="X-COUNTED"):
        """Answers them; gives the client ids."""
        return [self.world.host("answer", signal["signalId"], code)["results"][0]["clientId"] for signal in signals]

    def feedback(self, client_id):
        return self.world.host("show", "feedback", client_id)["feedback"]

    def answer_reaches(self, client_id, state, seconds=60):
        def there():
            item = self.feedback(client_id)
            if item["state"] == f"FEEDBACK_STATE_{state}":
                return item
            self.fetch_now()
            return None
        return wait_for(there, f"an answer to be {state}", seconds=seconds)

    def assert_one_effect(self, count):
        ledger = self.world.ledger()["feedback"]
        self.assertEqual([entry["effects"] for entry in ledger], [1] * count)

    def person_of(self, signal):
        return signal["person"]["value"]

    def outbox(self, *arguments):
        return json.loads(self.world.ctl("outbox", "list", self.org, *arguments, "--json").stdout)["feedback"]


def over(wires, *bases):
    """The same scripts over several wires: adds a class for each to the module of `bases`."""
    made = {}
    for base in bases:
        for wire in wires:
            name = base.__name__.lstrip("_") + "Over" + "".join(part.title() for part in wire.split("-"))
            made[name] = type(name, (base, WireTest), {"wire": wire, "__module__": base.__module__})
    return made
