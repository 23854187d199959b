# SPDX-License-Identifier: Apache-2.0
"""One OCMW of the year: what POD MI sends it, and how it looks at its own signals."""

import json

from tests.support.world import last_json, wait_for

PATIENCE = 600
# Answers that are on their way to a judgement.
MOVING = {"FEEDBACK_STATE_QUEUED", "FEEDBACK_STATE_SENDING", "FEEDBACK_STATE_SENT", "FEEDBACK_STATE_OUTCOME_UNKNOWN"}


class Town:
    def __init__(self, world, index):
        self.world = world
        self.facts = world.persons["organisations"][index]
        self.org = self.facts["cbe"]
        # In the order in which POD MI made them known.
        self.references = []
        # By reference, as they were when last asked; what changed is asked for, not all of it.
        self.known = {}
        self.cursor = ""
        # By reference: the cycles of the half-yearly lists that named it.
        self.recalls = {}
        self.numbers = {}
        self.strangers = []
        self.predecessors = []
        self.latest_cursor = ""

    # POD MI

    def control(self, path, method="POST", **body):
        return self.world.control(method, path, {"organisation": self.org, **body})

    def set_today(self, day):
        self.world.control("PUT", "/settings", {"today": day.isoformat()})

    def send(self, count, **wish):
        return self.control("/signals", count=count, **wish)["signalReferences"] if count > 0 else []

    def publish(self, kind, month, **wish):
        made = self.control("/lists", list=kind, cycle=month.isoformat(), **wish)
        if kind == "half-yearly":
            for reference in made["signalReferences"]:
                self.recalls.setdefault(reference, set()).add(month)
        return made

    def statement(self, message_type):
        self.control("/documents", messageTypeId=message_type)

    def replace(self, ssin):
        self.numbers[ssin] = self.control("/persons/replace", ssin=ssin)["ssin"]

    def stranger(self):
        """A person for whom the OCMW has no integration yet; None when nobody is left."""
        if self.strangers:
            return None
        used = set(self.numbers) | self.persons_seen()
        person = next((one for one in reversed(self.facts["persons"]) if one["ssin"] not in used and one["dossiers"]), None)
        if person is None:
            return None
        self.strangers.append(person["ssin"])
        self.control("/persons/integration", ssin=person["ssin"], integrated=False)
        return person["ssin"]

    def integrate_strangers(self):
        for ssin in self.strangers:
            self.control("/persons/integration", ssin=ssin, integrated=True)
        self.strangers = []

    def takes_over(self, other):
        self.predecessors.append(other)
        for reference, cycles in other.recalls.items():
            self.recalls.setdefault(reference, set()).update(cycles)
        self.numbers.update(other.numbers)
        open_references = [one["signalReference"] for one in other.known.values() if is_open(one)]
        self.references.extend(open_references)

    # The gateway

    def fetch(self):
        self.world.ctl("sync", self.org, "--wait", check=False, timeout=600)

    def host(self, *arguments):
        done = self.world.host_process("--actor", "els", "--actor-name", "Els", *arguments, org=self.org, timeout=900)
        return last_json(done.stdout)

    def call(self, plugin, method, request):
        return self.host("call", plugin, method, json.dumps(request))

    def pages(self, plugin, method, what, **wish):
        token = ""
        while True:
            page = self.call(plugin, method, {"pageSize": 500, "pageToken": token, **wish})
            yield from page.get(what, [])
            self.latest_cursor = page.get("cursor", "")
            token = page.get("nextPageToken", "")
            if not token:
                return

    def refresh(self):
        """Asks what changed since last time."""
        for one in self.pages("knipperlicht", "Signals/ListSignals", "signals", changedSince=self.cursor):
            reference = one.get("signalReference", "")
            before = self.known.get(reference, one)
            if before["signalId"] == one["signalId"] or one["state"] != "SIGNAL_STATE_SUPERSEDED":
                self.known[reference] = one
        self.cursor = self.latest_cursor or self.cursor

    def all_signals(self):
        return list(self.pages("knipperlicht", "Signals/ListSignals", "signals"))

    def all_answers(self):
        return list(self.pages("feedback", "Feedback/ListFeedback", "feedback"))

    def expected(self):
        document = self.world.control("GET", f"/expected?organisation={self.org}")
        return {one["signalReference"] for one in document["signals"]}

    def fetch_all(self):
        """Until everything that went out is here."""
        def here():
            self.fetch()
            self.refresh()
            return not self.missing() and not self.unfetched()
        wait_for(here, f"every signal of {self.org}", seconds=PATIENCE, alive=self.world.gateway)

    def missing(self):
        """References that some channel has and the gateway does not, or not by that channel yet."""
        seen = {}
        for town in (self, *self.predecessors):
            for one in self.world.ledger(town.org)["signals"]:
                seen.setdefault(one["signalReference"], set()).update(channels_seen(one))
        return [reference for reference in self.expected()
                if reference not in self.known or channels_of(self.known[reference]) != seen.get(reference)]

    def unfetched(self):
        """Attachments in the e-Box that were never fetched whole."""
        fetched = {one["attachmentId"] for one in self.world.ledger(self.org)["attachmentsDownloaded"]}
        return [attachment["attachmentId"] for message in self.world.expected(self.org)["messages"]
                for attachment in message["attachments"] if attachment["attachmentId"] not in fetched]

    def settle(self):
        """Until every answer is judged."""
        def judged():
            self.fetch()
            return not any(one["state"] in MOVING for one in self.pages(
                "feedback", "Feedback/ListFeedback", "feedback", states=sorted(MOVING)))
        wait_for(judged, f"the judgements of {self.org}", seconds=PATIENCE, alive=self.world.gateway)
        self.refresh()

    def wait_until_empty(self):
        """Of open signals, after it became part of another OCMW."""
        def empty():
            self.refresh()
            return not any(is_open(one) for one in self.known.values())
        wait_for(empty, f"the signals of {self.org} to come over", seconds=PATIENCE, alive=self.world.gateway)

    def persons_seen(self):
        """Numbers now of the persons with an open signal."""
        return {self.number_now(one["person"]["value"]) for one in self.known.values() if is_open(one)}

    def number_now(self, ssin):
        while ssin in self.numbers:
            ssin = self.numbers[ssin]
        return ssin


def is_open(signal):
    return signal["state"] not in ("SIGNAL_STATE_CLOSED", "SIGNAL_STATE_SUPERSEDED")


def channels_of(signal):
    return {name.removeprefix("SIGNAL_CHANNEL_") for name in signal["channels"]}


def channels_seen(seen):
    """By the ledger."""
    return {name for name, times in (("MUTATION", seen["delivered"]), ("MONTHLY_LIST", seen["monthlyLists"]),
                                     ("HALF_YEARLY_LIST", seen["halfYearlyLists"])) if times > 0}
