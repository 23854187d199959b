# SPDX-License-Identifier: Apache-2.0
"""The sandbox's ledger against the gateway's state, to the last signal and the last answer."""

from collections import Counter

from tests.year.office import channels_of, channels_seen, is_open

OPEN_AFTER = {"REFUSED": {"SIGNAL_STATE_ANSWER_REFUSED"}, None: {"SIGNAL_STATE_RECEIVED", "SIGNAL_STATE_ASSIGNED",
                                                              "SIGNAL_STATE_INVESTIGATED"}}
EVALUATION = {"FEEDBACK_STATE_ACCEPTED": "ACCEPTED", "FEEDBACK_STATE_REFUSED": "REFUSED",
              "FEEDBACK_STATE_PARTIALLY_ACCEPTED": "PARTIALLYACCEPTED"}


class Agreement:
    def __init__(self, year):
        self.year = year
        self.towns = [year.big, year.small]
        self.counts = {}

    def differences(self):
        found = []
        ledgers = {town.org: town.world.ledger(town.org) for town in self.towns}
        signals = {town.org: town.all_signals() for town in self.towns}
        answers = {town.org: town.all_answers() for town in self.towns}
        outcomes = self.outcomes(ledgers)
        for town in self.towns:
            found.extend(f"{town.org}: attachment {one} of its e-Box was never fetched" for one in town.unfetched())
        found.extend(self.every_signal_once(ledgers, signals))
        found.extend(self.states(signals, outcomes))
        found.extend(self.every_answer_once(ledgers, answers))
        found.extend(self.statements())
        self.counts = {"signals": len({r for town in self.towns for r in town.references}),
                       "records": sum(map(len, signals.values())),
                       "superseded": sum(one["state"] == "SIGNAL_STATE_SUPERSEDED" for all_ in signals.values() for one in all_),
                       "closed": sum(one["state"] == "SIGNAL_STATE_CLOSED" for all_ in signals.values() for one in all_),
                       "recalled": sum(bool(one.get("recalls")) for all_ in signals.values() for one in all_),
                       **self.counts, **self.deliveries(ledgers)}
        return found

    @staticmethod
    def deliveries(ledgers):
        seen = [one for ledger in ledgers.values() for one in ledger["signals"]]
        return {"deliveries": sum(one["delivered"] for one in seen),
                "listed": sum(one["monthlyLists"] + one["halfYearlyLists"] for one in seen),
                "listOnly": sum(not one["delivered"] for one in seen),
                "mutationOnly": sum(not one["monthlyLists"] and not one["halfYearlyLists"] for one in seen)}

    @staticmethod
    def outcomes(ledgers):
        """By reference: what POD MI decided; an acceptance wins over refusals."""
        outcome = {}
        for ledger in ledgers.values():
            for answer in ledger["answers"]:
                if outcome.get(answer["signalReference"]) != "ACCEPTED":
                    outcome[answer["signalReference"]] = answer["evaluation"]
        return outcome

    def every_signal_once(self, ledgers, signals):
        seen = {}
        for ledger in ledgers.values():
            for one in ledger["signals"]:
                seen.setdefault(one["signalReference"], set()).update(channels_seen(one))
        records = Counter()
        live = {}
        for town in self.towns:
            for one in signals[town.org]:
                if one["state"] == "SIGNAL_STATE_SUPERSEDED":
                    continue
                records[one["signalReference"]] += 1
                live[one["signalReference"]] = one
        for reference, channels in sorted(seen.items()):
            if not channels:
                continue
            if records[reference] != 1:
                yield f"{reference}: {records[reference]} records, not one"
                continue
            if channels_of(live[reference]) != channels:
                yield f"{reference}: came by {sorted(channels)}, and the record says {sorted(channels_of(live[reference]))}"
        for reference in sorted(set(records) - set(seen)):
            yield f"{reference}: is here and never went out"

    def states(self, signals, outcomes):
        recalls = {}
        for town in self.towns:
            for reference, cycles in town.recalls.items():
                recalls.setdefault(reference, set()).update(cycles)
        numbers = self.year.big
        for town in self.towns:
            for one in signals[town.org]:
                reference, state = one["signalReference"], one["state"]
                if state == "SIGNAL_STATE_SUPERSEDED":
                    continue
                outcome = outcomes.get(reference)
                wanted = {"SIGNAL_STATE_CLOSED"} if outcome == "ACCEPTED" else OPEN_AFTER.get(outcome, set())
                if state not in wanted:
                    yield f"{reference}: POD MI decided {outcome}, and the record is {state}"
                if len(one.get("recalls", [])) != len(recalls.get(reference, ())):
                    yield f"{reference}: {len(recalls.get(reference, ()))} half-yearly lists named it, the record says " \
                          f"{len(one.get('recalls', []))}"
                if is_open(one) and numbers.number_now(one["person"]["value"]) != one["person"]["value"]:
                    yield f"{reference}: stands under a number that was replaced"
        if self.year.merged:
            for one in signals[self.year.small.org]:
                if is_open(one):
                    yield f"{one['signalReference']}: is still open at the OCMW that is gone"

    def every_answer_once(self, ledgers, answers):
        given = self.year.worker.given
        arrived = {}
        for ledger in ledgers.values():
            for one in ledger["feedback"]:
                if one["effects"] != 1 or one["conflicts"]:
                    yield f"answer {one['id']}: {one['effects']} effects, {one['conflicts']} conflicts"
                arrived[one["id"]] = one
        stored = {one["clientId"]: one for all_ in answers.values() for one in all_}
        for client_id in sorted(set(given) - set(stored)):
            yield f"answer {client_id}: given, and not stored"
        if len(arrived) != len(given):
            yield f"{len(given)} answers were given, {len(arrived)} arrived"
        for client_id, item in sorted(stored.items()):
            seen = arrived.get(client_id) or arrived.get(item["clientReference"])
            if seen is None:
                yield f"answer {client_id}: {item['state']} here, and never arrived"
            elif EVALUATION.get(item["state"]) != seen["evaluation"] or item["code"] != seen["feedbackCode"]:
                yield f"answer {client_id}: {item['state']} {item['code']} here, {seen['evaluation']} {seen['feedbackCode']} there"
        accepted = Counter(one["signalReference"] for one in arrived.values() if one["evaluation"] == "ACCEPTED")
        for reference, times in sorted(accepted.items()):
            if times > 1:
                yield f"{reference}: accepted {times} times"
        self.counts["accepted"] = sum(accepted.values())

    def statements(self):
        """Every dossier has its line in every month."""
        big = self.year.big
        found = list(big.pages("ebox", "Lists/ListStatements", "statements"))
        wanted = {law: sum(dossier["law"] == law for person in big.facts["persons"] for dossier in person["dossiers"])
                  for law in ("RMI", "LAW1965")}
        self.counts["statementLines"] = sum(int(one["lines"]) for one in found)
        if len(found) != self.year.counts["statements"]:
            yield f"{self.year.counts['statements']} statements went out, {len(found)} are here"
        for one in found:
            law = "LAW1965" if "EQUIVALENT" in one["kind"] else "RMI"
            if int(one["lines"]) != wanted[law] or int(one.get("badRows", 0)):
                yield f"statement of {one['month']}: {one['lines']} lines of {wanted[law]} dossiers, {one.get('badRows', 0)} bad"
