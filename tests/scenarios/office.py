# SPDX-License-Identifier: Apache-2.0
"""One OCMW in one scenario: its people, what POD MI does to it, and what its social workers see and do.

Everything goes through the real programs: the reference host with the real plugins, semafoorctl, and the sandbox's control API
on POD MI's side.
"""

import base64
import json

from tests.support.world import last_json, wait_for

WORKER = ("els", "Els")
# What a signal is about, as a social worker says it.
SOURCES = {
    "national register": "X-REGISTER", "work": "X-WORK-DIMONA", "wages": "X-WORK-DMFA", "unemployment benefit": "X-UNEMPLOYMENT",
    "pension": "X-PENSION", "child benefit": "X-FAMILY-ALLOWANCE", "disability allowance": "X-DISABILITY",
    "sickness fund": "X-HEALTH-INSURANCE", "real estate": "X-CADASTRE", "self-employment": "X-SELF-EMPLOYED",
    "something new": "X-NEW-CRYPTO",
}
CHANNELS = {"mutation": "SIGNAL_CHANNEL_MUTATION", "monthly list": "SIGNAL_CHANNEL_MONTHLY_LIST",
            "half-yearly list": "SIGNAL_CHANNEL_HALF_YEARLY_LIST"}
STATES = {"received": "RECEIVED", "assigned": "ASSIGNED", "investigated": "INVESTIGATED", "answered": "ANSWERED",
          "closed": "CLOSED", "refused": "ANSWER_REFUSED", "superseded": "SUPERSEDED"}
PATIENCE = 30


class Refused(Exception):
    """The host was told no; `error` is the document that says why."""

    def __init__(self, error):
        super().__init__(json.dumps(error))
        self.error = error

    def words(self):
        return json.dumps(self.error, ensure_ascii=False)


class Person:
    def __init__(self, facts):
        self.facts = facts
        # The number now; the host's own database keeps the one of `facts`.
        self.ssin = facts["ssin"]
        self.dossiers = facts["dossiers"]


class Office:
    def __init__(self, world, index):
        self.world = world
        self.index = index
        self.facts = world.persons["organisations"][index]
        self.org = self.facts["cbe"]
        self.nis = self.facts["nisCode"]
        self.people = {}
        # References in the order in which POD MI made them known.
        self.references = []
        self.lists = []

    def register(self):
        self.world.add_organisation(self.index)

    # People

    def takes_in(self, name, fits):
        """The next person of the OCMW that `fits` gets this name in the scenario."""
        taken = {person.facts["ssin"] for person in self.people.values()}
        facts = next(one for one in self.facts["persons"] if one["ssin"] not in taken and fits(one["dossiers"]))
        self.people[name] = Person(facts)
        return self.people[name]

    def person(self, name):
        if name not in self.people:
            self.takes_in(name, lambda dossiers: len(dossiers) == 1)
        return self.people[name]

    # POD MI

    def control(self, path, method="POST", **body):
        return self.world.control(method, path, {"organisation": self.org, **body})

    def podmi_signal(self, name, source, **wish):
        ssin = self.person(name).ssin
        found = self.control("/signals", ssin=ssin, signalType=SOURCES[source], **wish)["signalReferences"]
        self.references.extend(found)
        return found

    def podmi_list(self, kind, cycle, **wish):
        self.lists.append(self.control("/lists", list=kind, cycle=cycle.isoformat(), **wish))
        return self.lists[-1]

    def podmi_document(self, message_type, name="", data=None, **wish):
        body = {} if data is None else {"base64": base64.b64encode(data).decode()}
        return self.control("/documents", messageTypeId=message_type, fileName=name, **body, **wish)

    def ledger(self):
        return self.world.ledger(self.org)

    def podmi_answers(self, reference=None):
        """What POD MI took, by whichever channel, in no order."""
        return [one for one in self.ledger()["answers"] if reference in (None, one["signalReference"])]

    # The gateway

    def fetch(self):
        self.world.ctl("sync", self.org, "--wait", check=False)

    def until(self, condition, what, seconds=PATIENCE, fetching=True):
        """Waits for something that is true once POD MI's post was fetched and worked through."""
        def there():
            value = condition()
            if not value and fetching:
                self.fetch()
            return value
        return wait_for(there, what, seconds=seconds, alive=self.world.gateway)

    def ctl(self, *arguments, check=True):
        """The JSON document that semafoorctl gives."""
        done = self.world.ctl(*arguments, "--json", check=check)
        return json.loads(done.stdout)

    def audit(self):
        """The records of this OCMW's chain."""
        return self.ctl("audit", "export", self.org, "--reason", "the scenario looks")["records"]

    # The social worker

    def host(self, *arguments, actor=WORKER, input=None):
        done = self.world.host_process("--actor", actor[0], "--actor-name", actor[1], *arguments, org=self.org, check=False,
                                       input=input)
        document = last_json(done.stdout) or last_json(done.stderr)
        if done.returncode != 0:
            if document is None:
                raise AssertionError(f"the host ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
            raise Refused(document.get("error", document))
        return document

    def call(self, plugin, method, request=None, actor=WORKER):
        return self.host("call", plugin, method, json.dumps(request or {}), actor=actor)

    def signals(self, **wish):
        found, token = [], ""
        while True:
            page = self.call("knipperlicht", "Signals/ListSignals", {"pageSize": 500, "pageToken": token, **wish})
            found.extend(page.get("signals", []))
            token = page.get("nextPageToken", "")
            if not token:
                return found

    def signal(self, reference):
        """What stands for this signal now: the one record with its reference that nothing else stands for."""
        found = [one for one in self.signals() if one.get("signalReference") == reference]
        live = [one for one in found if one["state"] != "SIGNAL_STATE_SUPERSEDED"]
        assert len(live) <= 1, f"{reference} is {len(live)} signals"
        return (live or found or [None])[0]

    def about(self, name):
        return self.signals(person={"value": self.people[name].ssin})

    def latest(self):
        """The signal that was spoken of last, once it is here."""
        reference = self.references[-1]
        return self.until(lambda: self.signal(reference), f"knipperlicht {reference}")

    def all_here(self):
        """The signals of the scenario, once all are here."""
        def here():
            found = [self.signal(reference) for reference in self.references]
            return found if all(found) else None
        return self.until(here, "the knipperlichten")

    def answer(self, signal, code, actor=WORKER, **more):
        options = [part for name, value in more.items() for part in (f"--{name.replace('_', '-')}", value)]
        result = self.host("answer", signal["signalId"], code, *options, actor=actor)["results"][0]
        if "problem" in result:
            raise Refused(result["problem"])
        return result

    def feedback(self, client_id):
        return self.host("show", "feedback", client_id)["feedback"]

    def settled(self, reference, state):
        """The signal, once it is in this state."""
        return self.until(lambda: (lambda one: one if one and one["state"] == f"SIGNAL_STATE_{state}" else None)(
            self.signal(reference)), f"{reference} to be {state}")
