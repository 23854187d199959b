# SPDX-License-Identifier: Apache-2.0
"""A scripted social worker: most signals are answered in their month, some later, some wrongly first, some never."""

import json

# A chance below the first: answered in its month; below the second: a month later; else never.
NOW, LATE = 0.74, 0.90
WRONG = 0.06
CODES = ("X-COUNTED", "X-EXEMPT", "X-SOURCE-WRONG", "X-STOPPED")
# Answers in one file of the host.
MOST = 500
WAITING = ("SIGNAL_STATE_RECEIVED", "SIGNAL_STATE_ASSIGNED", "SIGNAL_STATE_INVESTIGATED", "SIGNAL_STATE_ANSWER_REFUSED")


class Worker:
    def __init__(self, random):
        self.random = random
        self.answered = self.late = self.wrong = self.corrected = 0
        # By reference: "now", "late" or "never", decided when it is first seen; "late" becomes "due" a month later.
        self.mood = {}
        # Drafts by client id.
        self.given = {}

    def counts(self):
        return {"answers": self.answered, "late": self.late, "refused": self.wrong, "corrected": self.corrected}

    def work(self, town):
        self.correct(town)
        town.integrate_strangers()
        drafts = []
        for reference, signal in sorted(town.known.items()):
            if signal["state"] not in WAITING:
                continue
            mood = self.mood_of(reference)
            if mood == "late":
                # Next month.
                self.mood[reference] = "due"
                continue
            if mood in ("now", "due"):
                self.late += mood == "due"
                drafts.append(self.draft(signal))
        self.submit(town, drafts)

    def mood_of(self, reference):
        if reference not in self.mood:
            chance = self.random.random()
            self.mood[reference] = "now" if chance < NOW else "late" if chance < LATE else "never"
        return self.mood[reference]

    def draft(self, signal):
        if self.random.random() < WRONG:
            # Without the decision that POD MI asks for with this code.
            self.wrong += 1
            return {"signalId": signal["signalId"], "code": "X-REVISED"}
        return {"signalId": signal["signalId"], "code": self.random.choice(CODES)}

    def correct(self, town):
        """What POD MI refused gets another answer."""
        drafts = [{"signalId": signal["signalId"], "code": "X-REVISED", "decisionReference": f"B-{reference}"}
                  for reference, signal in sorted(town.known.items()) if signal["state"] == "SIGNAL_STATE_ANSWER_REFUSED"]
        self.corrected += len(drafts)
        self.submit(town, drafts)
        if drafts:
            town.settle()

    def submit(self, town, drafts):
        for begin in range(0, len(drafts), MOST):
            part = drafts[begin:begin + MOST]
            file = town.world.folder / "answers.json"
            file.write_text(json.dumps({"items": part}))
            results = town.host("answers", str(file))["results"]
            for draft, result in zip(part, results):
                if "problem" in result:
                    raise AssertionError(f"an answer was not taken: {result['problem']}")
                self.given[result["clientId"]] = draft
            self.answered += len(part)
