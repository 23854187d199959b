# SPDX-License-Identifier: Apache-2.0
"""One line per scenario; of a failed one the step and what went wrong."""

from behave.formatter.base import Formatter


class Lines(Formatter):
    name = "lines"
    description = "One line per scenario"

    def __init__(self, stream_opener, config):
        super().__init__(stream_opener, config)
        self.stream = self.open()
        self.current = None
        self.problem = None

    def feature(self, feature):
        if any("not-written" not in one.effective_tags for one in feature.walk_scenarios()):
            self.stream.write(f"\n{feature.name}\n")

    def scenario(self, scenario):
        self.close_scenario()
        self.current, self.problem = scenario, None

    def result(self, step):
        if step.status in ("failed", "undefined"):
            # Of a traceback the last place and the reason.
            said = (step.error_message or "no such step").strip().splitlines()
            said = [line for line in said if line.strip().strip("^")]
            self.problem = "".join(f"      {line.strip()}\n" for line in (f"{step.keyword} {step.name}", *said[-3:]))

    def eof(self):
        self.close_scenario()
        self.current = None

    def close_scenario(self):
        if self.current is None or "not-written" in self.current.effective_tags:
            return
        self.stream.write(f"  {'FAILED' if self.problem else 'ok':6}  {self.current.name}\n{self.problem or ''}")
        self.stream.flush()
