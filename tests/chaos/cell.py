# SPDX-License-Identifier: Apache-2.0
"""One cell of the matrix: a script, a disturbance, a place. The verbs of the scripts are the methods `do_...`."""

import hashlib
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.stage import DATABASE
from tests.support.world import last_json, wait_for

DEADLINE_MS = 1500
# What a session of the database had locked when it was lost is let go by the server after five seconds.
AFTER_DATABASE_MS = 10_000
# A session that an earlier cell left hanging is given up after 15 seconds, and there are several.
DATABASE_FACTOR = 3
# semafoorctl's own deadline for a call.
CTL_S = 30
# What a program may take beside its one call's deadline: to start, to load plugins, to stop, on a busy machine.
AROUND_S = 5.0
READY_S = 10.0
SETTLE_S = 40.0
# So long a command has for what it asked for to come to the disturbed point, then it is given again.
AGAIN_S = 5.0
# Longer than any patience of the product that a script runs into: semafoorctl waits 30 s for an answer.
PATIENCE_S = 35.0
# How a host's call may fail while the line is disturbed; anything else is a fault of ours.
CLEAR = {"E_GATEWAY_ABSENT", "UNAVAILABLE", "DEADLINE_EXCEEDED", "DATA_LOSS", "INTERNAL", "UNKNOWN", "CANCELLED",
         "RESOURCE_EXHAUSTED", "UNIMPLEMENTED"}


class Undefined(AssertionError):
    """The cell's end is not what was promised."""


class Cell:
    def __init__(self, stage, script, disturbance, place):
        self.stage, self.script, self.disturbance, self.place = stage, script, disturbance, place
        self.references, self.signals, self.client_ids, self.seen = [], [], {}, []
        self.messages, self.kept = [], []
        self.struck = 0
        self.said = []  # how the disturbed commands ended
        self.lost = self.doubled = 0
        self.pool = ThreadPoolExecutor(1)
        self.folder = stage.folder / "saved" / uuid.uuid4().hex
        self.folder.mkdir(parents=True)

    # The course of a cell ---------------------------------------------------------------------------------------------

    def play(self):
        stage = self.stage
        try:
            self.run("prepare")
            rule = stage.gate.set(**self.rule())
            if self.disturbance.get("fresh") or self.place.endswith("-tls"):
                stage.gate.hang_up(self.place)
            stage.meet_through(self.place)
            self.disturbed = True
            self.act_until_struck(rule)
        finally:
            self.disturbed = False
            stage.gate.clear()
            stage.clear_faults()
            stage.meet_through("channel")
            self.pool.shutdown()
        stage.require_ready(READY_S)
        self.run("settle")
        self.judge()

    def act_until_struck(self, rule):
        """Acts again as long as nothing came to the point that is disturbed: a command may have failed, clearly, because
        the gateway still waited for a connection that an earlier cell broke."""
        end = time.monotonic() + self.patient(PATIENCE_S)
        act = None
        try:
            while not self.struck and time.monotonic() < end:
                if act is not None:
                    act.result()
                # Beside it, because some of it may end only when the line is mended.
                act = self.pool.submit(self.run, "act")
                self.struck = self.stage.gate.wait_struck(rule, seconds=AGAIN_S)
            if not self.struck:
                raise Undefined(f"the disturbance never struck; {self.stage.ctl('status', check=False).stdout}")
            self.after_strike(rule)
        finally:
            if self.disturbance.get("until") == "struck":
                self.stage.gate.clear()
            act.result()

    def after_strike(self, rule):
        patience = self.patient(PATIENCE_S)
        if self.disturbance.get("until") == "gave_up" and not self.stage.gate.wait_gave_up(rule, seconds=patience):
            raise Undefined(f"stuck: nobody gave up at the black hole within {patience} s")
        self.run("shown")

    def patient(self, seconds):
        return seconds * (DATABASE_FACTOR if self.place == DATABASE else 1)

    def rule(self):
        rule = {"place": self.place, **self.disturbance["rule"]}
        kind = "tls" if self.place.endswith("-tls") else self.place
        rule.update(self.disturbance.get(kind, {}))
        rule.update(self.script.get("rule", {}))
        aim = self.script["aim"][self.place]
        if aim and rule.get("point") != "connect":
            rule["method"], rule["path"] = aim.split()
        return rule

    def run(self, part):
        for line in self.script.get(part, ()):
            words = line.replace("-", "").split()
            values = [int(word) for word in words if word.isdigit()]
            getattr(self, "do_" + "_".join(words[:len(words) - len(values)]))(*values)

    # Asking -----------------------------------------------------------------------------------------------------------

    def host(self, *arguments):
        """The reference host under a deadline. While the line is disturbed it may fail, clearly and in time; otherwise
        it may not. Gives its document, or None."""
        return self._command(self.stage.host_process, "--deadline-ms", self.deadline_ms(), *arguments)

    def deadline_ms(self):
        return AFTER_DATABASE_MS if self.place == DATABASE and not self.disturbed else DEADLINE_MS

    def ctl(self, *arguments):
        return self._command(self.stage.ctl, *arguments)

    def _command(self, run, *arguments):
        begin = time.monotonic()
        done = run(*arguments, check=False)
        took = time.monotonic() - begin
        patience = CTL_S if run == self.stage.ctl else self.deadline_ms() / 1000
        name = next(str(a) for a in arguments if not str(a).startswith("--") and not str(a).isdigit())
        if took > patience + AROUND_S:
            raise Undefined(f"stuck: '{name}' took {took:.1f} s")
        if done.returncode < 0:
            raise Undefined(f"'{name}' was ended by signal {-done.returncode}")
        document = last_json(done.stdout) or last_json(done.stderr) or {}
        if done.returncode == 0:
            return document or {"text": done.stdout}
        said = (done.stdout + done.stderr).strip()
        error = document.get("error", {})
        if self.disturbed and (error.get("status") in CLEAR or (run == self.stage.ctl and said)):
            self.said.append(error.get("status", "failed"))
            return None
        raise Undefined(f"'{name}' failed with {done.returncode}: {said[-600:]}")

    def listed(self, what):
        return self.stage.host("list", what, "--all")[what]

    def until(self, condition, what):
        try:
            return wait_for(condition, what, seconds=self.patient(SETTLE_S), alive=self.stage.gateway)
        except AssertionError as late:
            raise Undefined(str(late)) from late

    # Verbs: signals and answers -----------------------------------------------------------------------------------------

    disturbed = False

    def do_new_signals(self, count):
        answer = self.stage.control("POST", "/signals", {"organisation": self.stage.org, "count": count})
        self.references += answer["signalReferences"]

    def do_poll(self):
        self.ctl("sync", self.stage.org)

    def do_signals_here(self):
        def here():
            found = [s for s in self.listed("signals") if s["signalReference"] in self.references]
            if len({s["signalReference"] for s in found}) < len(self.references):
                self.do_poll()
                return None
            return found
        self.signals = self.until(here, "the signals to be here")

    def do_signals_acknowledged(self):
        def acknowledged():
            if set(self.references) <= set(self.stage.ledger()["signalsAcknowledged"]):
                return True
            self.do_poll()
            return None
        self.until(acknowledged, "the signals to be acknowledged")

    def do_hold_judgements(self):
        self.stage.control("PUT", "/settings", {"holdResults": True})

    def do_give_judgements(self):
        self.stage.control("PUT", "/settings", {"holdResults": False})

    def do_lose_receipts(self, count):
        self.stage.fault("reset", times=count, path="/podmi/v1/messages", method="POST", effect="after")

    def do_refuse_lookups(self):
        self.stage.fault("status", status=503, path="/podmi/v1/feedback/*", method="GET")

    def do_forget_token(self):
        self.stage.control("POST", "/tokens/expire")

    def do_answer(self):
        """The same client id however often it is asked: what the host's product does until it knows."""
        for signal in self.signals:
            client_id = self.client_ids.setdefault(signal["signalId"], str(uuid.uuid4()))
            self.host("answer", signal["signalId"], "X-COUNTED", "--client-id", client_id)

    def answers(self):
        return [f for f in self.listed("feedback") if f["clientId"] in self.client_ids.values()]

    def do_answers_unknown(self):
        self.until(lambda: len(found := self.answers()) == len(self.client_ids) and
                   all(f["state"] == "FEEDBACK_STATE_OUTCOME_UNKNOWN" for f in found), "the answers to be shown as unknown")

    def do_answers_known(self):
        """Known to be at the authority, by a receipt or by a look-up."""
        self.until(lambda: len(found := self.answers()) == len(self.client_ids) and
                   all(f["state"] in ("FEEDBACK_STATE_SENT", "FEEDBACK_STATE_ACCEPTED") for f in found),
                   "the answers to be known at the authority")

    def do_answers_decided(self):
        self.do_answer()

        def decided():
            found = self.answers()
            if len(found) == len(self.client_ids) and all(f["state"] == "FEEDBACK_STATE_ACCEPTED" for f in found):
                return True
            bad = [f for f in found if f["state"] in ("FEEDBACK_STATE_DEAD_LETTER", "FEEDBACK_STATE_REFUSED")]
            if bad:
                raise Undefined(f"an answer ended as {bad[0]['state']}: {bad[0]['lastProblem']}")
            self.do_poll()
            return None
        try:
            self.until(decided, "the answers to be accepted")
        except Undefined as late:
            states = [(f["state"], f["attempts"], f["lastProblem"]) for f in self.answers()]
            ledger, ids = self.stage.ledger(), self.client_ids.values()
            had = [entry for entry in ledger["feedback"] if entry["id"] in ids]
            results = [entry for entry in ledger["results"] if entry["feedbackId"] in ids]
            raise Undefined(f"{late}; they are {states}; the upstream had {had}, {results}; "
                            f"{self.stage.ctl('status').stdout}") from late

    # Verbs: messages ----------------------------------------------------------------------------------------------------

    def do_new_messages(self, count, kibibytes):
        answer = self.stage.control("POST", "/messages", {
            "organisation": self.stage.org, "count": count, "attachmentBytes": kibibytes * 1024, "annexes": True,
            # Without one, a byte that changed on a line without TLS is noticed by nobody.
            "digest": True})
        self.messages += answer["messageIds"]

    def do_sync(self):
        self.host("sync")

    def stored(self):
        """The new messages when all are here with all they have, else None."""
        found = [m for m in self.listed("messages") if m["providerMessageId"] in self.messages]
        whole = [m for m in found if m["attachments"] and
                 all(a["state"] == "ATTACHMENT_STATE_STORED" for a in m["attachments"])]
        return found if len(whole) == len(found) >= len(self.messages) else None

    def do_messages_here(self):
        def here():
            found = self.stored()
            if found is None:
                self.do_sync()
            return found
        self.kept = self.until(here, "the messages to be here")

    def do_save(self):
        for message in self.kept:
            for attachment in message["attachments"]:
                self.host("save", message["messageId"], attachment["attachmentId"], "--to", self.folder, "--overwrite")

    def do_messages_whole(self):
        self.do_messages_here()
        self.do_save()
        wanted = {a["sha256"] for m in self.stage.expected()["messages"] if m["messageId"] in self.messages
                  for a in m["attachments"]}
        found = {hashlib.sha256(path.read_bytes()).hexdigest() for path in self.folder.iterdir()}
        # What a disturbed save left would be found here too: a half file is none of those that are wanted.
        if found != wanted:
            self.lost += len(wanted - found)
            raise Undefined(f"attachments: {len(wanted & found)} of {len(wanted)} whole, {len(found - wanted)} files "
                            "that are none of them")

    # Verbs: events and modules ------------------------------------------------------------------------------------------

    def watched(self):
        """Events of the signals' module since the last time, acknowledged; a list of (sequence, subject)."""
        begin = time.monotonic()
        done = self.stage.host_process("--deadline-ms", DEADLINE_MS, "watch", "--plugin", "knipperlicht", "--for", 0.4,
                                       check=False)
        if time.monotonic() - begin > DEADLINE_MS / 1000 + AROUND_S + 0.4:
            raise Undefined("stuck: 'watch' did not end in time")
        if done.returncode < 0 or (done.returncode != 0 and not self.disturbed):
            raise Undefined(f"'watch' ended with {done.returncode}: {done.stderr[-500:]}")
        lines = [last_json(line) for line in done.stdout.splitlines()]
        return [(int(line["sequence"]), line["subjectId"]) for line in lines if line and "sequence" in line]

    def do_watch(self):
        self.seen += self.watched()

    def do_events_whole(self):
        subjects = {s["signalId"] for s in self.signals}

        def complete():
            self.seen += self.watched()
            return subjects <= {subject for _, subject in self.seen}
        self.until(complete, "the events of the new signals")
        # At least once and without a hole: the signals' own events, among the organisation's other ones, in order.
        first = {}
        for sequence, subject in self.seen:
            first.setdefault(sequence, subject)
        if list(first) != sorted(first):
            raise Undefined(f"events first came in the order {list(first)}")

    def do_module_off(self):
        self.ctl("modules", "disable", self.stage.org, "knipperlicht")

    def do_module_on(self):
        self.ctl("modules", "enable", self.stage.org, "knipperlicht")

    def do_module_refuses(self):
        self.until(lambda: "E_MODULE_DISABLED" in self.stage.host_process("list", "signals", check=False).stdout,
                   "the module to be off")

    def do_module_serves(self):
        self.until(lambda: self.stage.host_process("list", "signals", check=False).returncode == 0,
                   "the module to serve")

    # The judge: what the upstream saw -----------------------------------------------------------------------------------

    def judge(self):
        ledger = self.stage.ledger()
        problems = []
        by_id = {entry["id"]: entry for entry in ledger["feedback"]}
        for signal in self.signals:
            if signal["signalId"] not in self.client_ids:
                continue
            effects = sum(e["effects"] for e in ledger["feedback"] if e["signalReference"] == signal["signalReference"])
            entry = by_id.get(self.client_ids[signal["signalId"]])
            self.lost += effects == 0
            self.doubled += max(effects - 1, 0)
            if effects != 1 or entry is None or entry["conflicts"] or entry["evaluation"] != "ACCEPTED":
                problems.append(f"answer: {effects} effects, {entry}")
        listed = [s["signalReference"] for s in self.listed("signals")]
        for reference in self.references:
            times = listed.count(reference)
            self.lost += times == 0
            self.doubled += max(times - 1, 0)
            if times != 1:
                problems.append(f"signal {reference} is listed {times} times")
        listed = [m["providerMessageId"] for m in self.listed("messages")] if self.messages else []
        for message in self.messages:
            if (times := listed.count(message)) != 1:
                self.lost += times == 0
                self.doubled += max(times - 1, 0)
                problems.append(f"message {message} is listed {times} times")
        if problems:
            raise Undefined("; ".join(problems))
