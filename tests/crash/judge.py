# SPDX-License-Identifier: Apache-2.0
"""Who says what was lost and what was doubled: the upstream's ledger, the host's journal and what the gateway shows.

lost     something somebody was promised is not there
doubled  something happened twice that was asked for once
unshown  the upstream got an answer more than once, and nobody was shown that its outcome was unknown
"""

import base64
import collections
import dataclasses
from pathlib import Path

FINAL = {"feedback.accepted", "feedback.refused", "feedback.partially_accepted"}


class Journal:
    """What the host wrote down, over all its lives."""

    def __init__(self, path):
        self._path = Path(path)
        self._offset = 0
        self.tries = {}
        self.acknowledged = set()
        self.declined = collections.Counter()
        self.damaged = []
        self.reads = 0
        # (type, subject) -> the sequences under which the host was told; a redelivery has the same one.
        self.told = collections.defaultdict(set)
        self.sequences = set()
        self.redelivered = 0

    def read_on(self):
        """Takes in what was written since."""
        if not self._path.exists():
            return self
        with open(self._path) as file:
            file.seek(self._offset)
            for line in iter(file.readline, ""):
                if not line.endswith("\n"):
                    break
                self._take(line.split())
                self._offset = file.tell()
        return self

    def _take(self, words):
        what = words[0]
        if what == "try":
            self.tries[words[1]] = words[2]
        elif what == "ack":
            self.acknowledged.add(words[1])
        elif what == "no":
            self.declined[words[2]] += 1
        elif what == "event":
            sequence = int(words[2])
            self.redelivered += sequence in self.sequences
            self.sequences.add(sequence)
            self.told[words[3], words[4]].add(sequence)
        elif what == "read":
            self.reads += 1
        elif what == "damaged":
            self.damaged.append(" ".join(words))

    def subjects(self, *types):
        return {subject for type_, subject in self.told if type_ in types}

    def events_missing(self):
        """Gaps in the one sequence that all three plugins share, and answers whose end was never told."""
        highest = max(self.sequences, default=0)
        lowest = min(self.sequences, default=1)
        missing = [f"event {n} never came" for n in range(lowest, highest + 1) if n not in self.sequences]
        ended = self.subjects(*FINAL)
        missing += [f"answer {client_id}: the host was never told its outcome"
                    for client_id in sorted(self.acknowledged - ended)]
        return missing


@dataclasses.dataclass
class Verdict:
    lost: list
    doubled: list
    unshown: list
    unknown_resolved: int
    counts: dict


def twice(names, what):
    return [f"{what} {name} is there {count} times"
            for name, count in collections.Counter(names).items() if count > 1]


def judge(world, org, journal):
    lost, doubled, unshown = [], [], []
    expected = world.expected(org)
    ledger = world.ledger(org)
    effects = {entry["id"]: entry for entry in ledger["feedback"]}

    # Mail: each message once, each attachment whole.
    messages = world.host("list", "messages", "--all", timeout=600)["messages"]
    doubled += twice([message["providerMessageId"] for message in messages], "message")
    here = {message["providerMessageId"]: message for message in messages}
    for message in expected["messages"]:
        found = here.get(message["messageId"])
        if found is None:
            lost.append(f"message {message['messageId']} is not here")
            continue
        digests = {base64.b64decode(part["sha256"]).hex() for part in found["attachments"]
                   if part["state"] == "ATTACHMENT_STATE_STORED"}
        lost += [f"attachment {part['sha256']} of message {message['messageId']} is not stored"
                 for part in message["attachments"] if part["sha256"] not in digests]
    saved = world.folder / "saved"
    saved.mkdir(exist_ok=True)
    done = world.host("--deadline-ms", 600_000, "save", "--all", "--to", saved, timeout=1200)
    lost += [f"attachment not saved: {entry}" for entry in done.get("failed", [])]

    # Signals: each once.
    signals = world.host("list", "signals", "--all", timeout=600)["signals"]
    doubled += twice([signal["signalReference"] for signal in signals], "signal")
    references = {signal["signalReference"] for signal in signals}
    lost += [f"signal {signal['signalReference']} is not here" for signal in expected["signals"]
             if signal["signalReference"] not in references]

    # Answers: what was promised took effect, once; what took effect was asked for.
    answers = world.host("list", "feedback", "--all", timeout=600)["feedback"]
    doubled += twice([answer["clientId"] for answer in answers], "answer")
    stored = {answer["clientId"]: answer for answer in answers}
    for client_id in sorted(journal.acknowledged):
        if client_id not in stored:
            lost.append(f"answer {client_id} was acknowledged and is not here")
        if effects.get(client_id, {}).get("effects", 0) == 0:
            lost.append(f"answer {client_id} was acknowledged and had no effect upstream")
    for client_id, entry in effects.items():
        if entry["effects"] > 1:
            doubled.append(f"answer {client_id} took effect {entry['effects']} times")
        if entry["conflicts"]:
            doubled.append(f"answer {client_id} was sent with two contents")
        if client_id not in journal.tries:
            doubled.append(f"answer {client_id} was never given by the host")
    accepted = [entry["signalReference"] for entry in effects.values() if entry["evaluation"] == "ACCEPTED"]
    doubled += twice(accepted, "an accepted answer to signal")

    # Events: none skipped, none told twice under two numbers.
    lost += journal.events_missing()
    for (type_, subject), sequences in journal.told.items():
        if type_ in FINAL and len(sequences) > 1:
            doubled.append(f"{type_} of {subject} was told under {len(sequences)} numbers")
    lost += journal.damaged

    # Whatever reached the upstream twice was ambiguous in between, and must have been shown as unknown.
    unknown = journal.subjects("feedback.unknown")
    unshown += [f"answer {client_id} was sent {entry['received']} times and never shown as unknown"
                for client_id, entry in effects.items() if entry["received"] > 1 and client_id not in unknown]
    ended = journal.subjects(*FINAL)
    return Verdict(lost, doubled, unshown, len(unknown & ended), {
        "messages": len(messages), "attachments": len(done["saved"]), "signals": len(signals),
        "answers": len(journal.acknowledged), "tries": len(journal.tries), "declined": dict(journal.declined),
        "events": len(journal.sequences), "redelivered": journal.redelivered, "reads": journal.reads})
