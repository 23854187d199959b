#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The main job, end to end, in under a minute: a short readable story with numbers."""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.wine import WineWorld  # noqa: E402
from tests.support.world import World, wait_for  # noqa: E402


class Story:
    """Numbered steps with their time; quiet when only the figures are wanted."""

    def __init__(self):
        self.started = time.monotonic()
        self.number = 0

    def step(self, text):
        self.number += 1
        print(f"\n{self.number}. {text}", flush=True)

    def tell(self, text):
        print(f"   {text}", flush=True)

    def seconds(self):
        return time.monotonic() - self.started


def synchronise(world, story):
    story.step("The ebox plugin synchronises the organisation's e-Box")
    operation = world.host("sync", "--wait")
    expected = world.expected()["messages"]
    listed = world.host("list", "messages", "--all")["messages"]
    families = {m["family"] for m in listed}
    story.tell(f"{operation.get('state', '')}: {len(listed)} messages of {len(expected)}, "
               f"{len(families)} families, for example:")
    shown = set()
    for message in listed:
        if message["family"] not in shown and len(shown) < 4:
            shown.add(message["family"])
            subject = message["subject"]
            story.tell(f"  {message['family'].removeprefix('MESSAGE_FAMILY_').lower():32} "
                       f"{subject.get('nl') or subject.get('fr') or subject.get('de')}")
    return listed, families


def verify_attachments(world, story):
    story.step("Every attachment is saved through the plugin and compared with what the upstream holds")
    folder = world.folder / "saved"
    folder.mkdir()
    saved = world.host("save", "--all", "--to", folder, timeout=120)
    files = saved["saved"]
    wanted = sorted(a["sha256"] for m in world.expected()["messages"] for a in m["attachments"])
    found = sorted(hashlib.sha256(Path(entry["path"]).read_bytes()).hexdigest() for entry in files)
    kinds = sorted({Path(entry["path"]).suffix.lstrip(".") or "?" for entry in files})
    story.tell(f"{len(files)} files ({', '.join(kinds)}), SHA-256 right: {'all' if found == wanted else 'NO'}")
    return len(files) if found == wanted else 0


def receive_signals(world, story):
    story.step("Knipperlichten arrive and the knipperlicht plugin asks the host whose dossiers they are")
    world.ctl("sync", world.organisations[0], "--wait")
    expected = {s["signalReference"] for s in world.expected()["signals"]}
    signals = wait_for(lambda: (lambda s: s if len(s) >= len(expected) else None)(
        world.host("list", "signals", "--all")["signals"]), "the signals to arrive")
    world.host("resolve")
    signals = world.host("list", "signals", "--all")["signals"]
    matched = [s for s in signals if s["matchState"] == "MATCH_STATE_MATCHED"]
    suppressed = int(world.status()["organisations"][0].get("duplicatesSuppressed", 0))
    story.tell(f"{len(signals)} signals, {len(matched)} matched to a dossier, {len(signals) - len(matched)} "
               f"without a dossier here; {suppressed} repeated deliveries recognised and suppressed")
    return signals, matched, suppressed


def answer(world, story, signals):
    story.step("The feedback plugin sends the answers; one of them is wrong on purpose")
    codes = ["X-COUNTED", "X-EXEMPT", "X-SOURCE-WRONG", "X-STOPPED"]
    drafts = [{"signalId": s["signalId"], "code": codes[i % len(codes)]} for i, s in enumerate(signals)]
    # The upstream refuses X-REVISED without the decision that follows: the host shows why.
    drafts[0] = {"signalId": signals[0]["signalId"], "code": "X-REVISED"}
    file = world.folder / "answers.json"
    file.write_text(json.dumps({"items": drafts}))
    submitted = world.host("answers", file)
    accepted_locally = [r for r in submitted["results"] if r.get("feedback")]
    story.tell(f"{len(accepted_locally)} answers stored durably and on their way")

    def settled():
        items = world.host("list", "feedback", "--all")["feedback"]
        done = {"FEEDBACK_STATE_ACCEPTED", "FEEDBACK_STATE_REFUSED", "FEEDBACK_STATE_PARTIALLY_ACCEPTED"}
        if all(item["state"] in done for item in items):
            return items
        world.ctl("sync", world.organisations[0])
        return None

    items = wait_for(settled, "the answers to be judged", seconds=40)
    refused = [i for i in items if i["state"] == "FEEDBACK_STATE_REFUSED"]
    for item in refused:
        error = item["errors"][0]
        story.tell(f"refused: {item['code']}, reason {error['code']}: {error['description'].get('nl')}")
    story.step("The refused answer is corrected and sent again under a new client id")
    for item in refused:
        world.host("answer", item["signalId"], "X-REVISED", "--decision-reference", "B-2026-0001")
    items = wait_for(settled, "the corrected answer to be judged", seconds=40)
    accepted = [i for i in items if i["state"] == "FEEDBACK_STATE_ACCEPTED"]
    story.tell(f"{len(accepted)} accepted, {len(refused)} refused before its correction")
    return items, accepted, refused


def compare_ledger(world, story, items):
    story.step("The upstream's own ledger is compared with what the gateway says")
    ledger = world.ledger()
    told = {i["clientId"]: i["state"].removeprefix("FEEDBACK_STATE_") for i in items}
    seen = {f["id"]: f["evaluation"] for f in ledger["feedback"]}
    once = all(f["effects"] == 1 and f["doubles"] == 0 for f in ledger["feedback"])
    expected = {s["signalReference"] for s in world.expected()["signals"]}
    acknowledged = {s["signalReference"] for s in ledger["signals"] if s["acknowledged"]}
    attachments = {a["sha256"] for m in world.expected()["messages"] for a in m["attachments"]}
    downloaded = {a["sha256"] for a in ledger["attachments"] if a["completed"]}
    matches = told == seen and once and expected == acknowledged and attachments <= downloaded
    story.tell(f"{len(seen)} answers seen upstream, each with one effect: {'yes' if once else 'NO'}; "
               f"ledger and gateway agree: {'yes' if matches else 'NO'}")
    return matches


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--wine", action="store_true", help="the build is for Windows")
    options = parser.parse_args()

    story = Story()
    folder = tempfile.mkdtemp(prefix="semafoor-demo-")
    world = (WineWorld if options.wine else World)(options.build, messages=42, signals=24, folder=folder, keep=options.keep)
    try:
        story.step("A pretend upstream (authorization server, e-Box, POD MI mailbox) and a gateway start")
        world.start_sandbox()
        world.start_gateway()
        world.add_organisation(0)
        loaded = world.host("load")
        names = ", ".join(f"{p['id']} {p['version']}" for p in loaded["plugins"])
        story.tell(f"gateway ready; the reference host loaded through the C ABI: {names}")
        listed, families = synchronise(world, story)
        verified = verify_attachments(world, story)
        signals, matched, suppressed = receive_signals(world, story)
        items, accepted, refused = answer(world, story, signals)
        ledger_matches = compare_ledger(world, story, items)
        good = ledger_matches and verified > 0 and len(refused) == 1 and len(accepted) == len(items) - 1
        print(f"\n{'All of it is right.' if good else 'SOMETHING IS WRONG.'} {story.seconds():.1f} s", flush=True)
        if options.keep:
            print(f"""
Gateway and upstream keep running. Look around:
  {world.bin}/semafoorctl --socket {world.attestation_socket} status
  {world.bin}/semafoor-host --plugins {world.plugins} --gateway {world.attestation_socket} \\
      --organisation {world.organisations[0]} list signals
  curl -s {world.base}/control/v1/ledger/summary
Log: {world.gateway_log}
Stop both: kill {world.gateway.pid} {world.sandbox.pid}; rm -r {world.folder}""")
        if options.json:
            print(json.dumps({
                "messages_synced": len(listed), "attachments_verified": verified, "families": len(families),
                "signals_received": len(signals), "signals_matched": len(matched),
                "feedback_submitted": len(items), "feedback_accepted": len(accepted),
                "feedback_refused": len(refused), "duplicates_suppressed": suppressed,
                "upstream_ledger_matches": ledger_matches, "seconds": round(story.seconds(), 1)}))
        return 0 if good else 1
    finally:
        if not options.keep:
            world.stop()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (AssertionError, subprocess.SubprocessError) as error:
        sys.exit(f"demo: {error}")
