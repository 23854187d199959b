# SPDX-License-Identifier: Apache-2.0
"""Who treats which knipperlicht: rules, absences, taking over, reminders; and OCMWs that merge."""

# pylint: disable=missing-function-docstring
import datetime

from behave import given, step, then, when

import words  # noqa: F401  registers the types
from tests.scenarios.checks import date_of, same, texts_of
from tests.scenarios.clock import clock_off
from tests.scenarios.office import SOURCES

TEAM = "team-1"


def actor(name):
    return {"id": name.lower(), "name": name}


def names_of(text):
    return text.replace(" and ", ", ").split(", ")


def work(context, method, request=None, as_=("nadia", "Nadia")):
    return context.office.call("knipperlicht", f"Work/{method}", request, actor=as_)


def set_rules(context, rules=(), teams=(), reminders=None):
    version = int(work(context, "GetWorkRules").get("rules", {}).get("version", 0))
    work(context, "SetWorkRules", {"expectedVersion": version, "rules": {
        "teams": list(teams), "rules": list(rules), "reminders": reminders or {}}})


def team(name, members):
    return {"id": TEAM, "name": name, "members": [actor(member) for member in names_of(members)]}


@given("the rules give a knipperlicht to the handler of its dossier")
def to_handler(context):
    set_rules(context, [{"name": "handler", "gives": {"handler": True}}])


@given('the rules give pensions to the team "{name}" of {members}')
def to_team(context, name, members):
    set_rules(context, [{"name": "pensions", "signalTypes": [SOURCES["pension"]], "gives": {"team": TEAM}}],
              [team(name, members)])


@given("the rules give everything turn by turn to {members}")
def by_turns(context, members):
    set_rules(context, [{"name": "turns", "gives": {"turns": {"team": TEAM}}}], [team("All", members)])


@given("the rules remind after {days:d} days")
def reminds(context, days):
    set_rules(context, reminders={"afterDays": [days]})


@step("{name:Name} is absent this week")
def absent(context, name):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    work(context, "SetAbsence", {"actor": actor(name), "absence": {
        "from": date_of(today - datetime.timedelta(days=1)), "until": date_of(today + datetime.timedelta(days=7))}})


@then("nobody has it")
def nobody_has(context):
    one = context.office.latest()
    assert "assignee" not in one and not one.get("team"), one


def held_by(context, name):
    return [one for one in context.office.signals(assigneeId=name.lower()) if one["state"] != "SIGNAL_STATE_SUPERSEDED"]


@then("{name:Name} has it")
def has_it(context, name):
    office = context.office
    office.until(lambda: (office.signal(office.references[-1]) or {}).get("assignee", {}).get("name") == name, f"{name} to have it")


@then("the handler of {name:Name}'s dossier has it")
def handler_has_it(context, name):
    office = context.office
    handler = office.people[name].dossiers[0]["handler"]
    office.until(lambda: (office.signal(office.references[-1]) or {}).get("assignee", {}).get("id") == handler, "its handler")


@then('it waits for the team "{name}"')
def waits_for_team(context, name):
    office = context.office
    office.until(lambda: office.signals(team=TEAM), f"the team {name} to have it")


@step("{name:Name} takes it")
def takes(context, name):
    result = work(context, "TakeSignals", {"signalIds": [context.office.latest()["signalId"]]}, as_=(name.lower(), name))
    assert "problem" not in result["results"][0], result


@then("{first:Name} has {n:d} of them and {second:Name} has {m:d} of them")
def shares(context, first, n, second, m):
    office = context.office
    office.all_here()
    office.until(lambda: (len(held_by(context, first)), len(held_by(context, second))) == (n, m), f"{first} {n}, {second} {m}")


@step("{name:Name} takes over from {other:Name}")
def takes_over(context, name, other):
    results = work(context, "TakeOver", {"assigneeId": other.lower()}, as_=(name.lower(), name))["results"]
    assert results and all("problem" not in one for one in results), results


def steps_of(context, signal):
    found = context.office.call("knipperlicht", "Signals/GetSignalHistory", {"signalId": signal["signalId"]})
    return found["history"]["steps"]


@then("their history says that {name:Name} took them over")
def history_taken_over(context, name):
    for one in context.office.all_here():
        assert any(s["event"] == "SIGNAL_EVENT_TAKEN_OVER" and s["actor"]["name"] == name for s in steps_of(context, one))


@then("the workload says {name:Name} {count:d}")
def workload(context, name, count):
    loads = {load.get("assignee", {}).get("name"): int(load["open"]) for load in work(context, "GetWorkload")["loads"]}
    same(loads.get(name), count, f"workload of {name}")


def reminders(context):
    return work(context, "ListReminders").get("reminders", [])


@step("{days:d} days pass")
def days_pass(context, days):
    with clock_off(context.world, days):
        context.office.until(lambda: reminders(context), "a reminder", fetching=False)


@then("there is {count:d} reminder about it, after {days:d} days, in nl, fr, de and en")
def reminder_there(context, count, days):
    found = reminders(context)
    same([(one["signalId"], one["days"]) for one in found], [(context.office.latest()["signalId"], days)] * count, "reminders")
    texts_of(found[0]["text"])


# Mergers


def first(context):
    return context.offices[0]


def second(context):
    return context.offices[1]


def merge(context, *options):
    return context.office.ctl("merge", first(context).org, second(context).org, "--reason", "the municipalities merged", *options)


@given("the first OCMW has {count:d} open knipperlichten")
@given("the first OCMW has {count:d} open knipperlicht")
def first_has_open(context, count):
    context.office = first(context)
    for name in ("Anna", "Bram", "Chris")[:count]:
        first(context).podmi_signal(name, "work")
    first(context).all_here()


@given("the first OCMW has 1 closed knipperlicht")
def first_has_closed(context):
    first_has_open(context, 1)
    first(context).answer(first(context).latest(), "X-COUNTED")
    first(context).settled(first(context).references[-1], "CLOSED")


@when("the administrator previews the merger")
def previews(context):
    context.seen = merge(context, "--dry-run")


@then("{count:d} knipperlichten would move")
def would_move(context, count):
    [one] = context.seen["mergers"]
    same(int(one.get("moved", 0)) + int(one.get("toMove", 0)), count, "to move")


@step("the two OCMWs merge")
def merges(context):
    if not getattr(context, "merged", False):
        context.world.control("POST", "/organisations/merge", {"from": first(context).org, "into": second(context).org})
    context.merged = True
    merge(context)


def open_of(office):
    return office.signals(openOnly=True)


@then("the first OCMW still has {count:d} open knipperlichten")
@then("the first OCMW has {count:d} open knipperlichten")
def first_open(context, count):
    first(context).until(lambda: len(open_of(first(context))) == count, f"{count} open ones at the first OCMW")


@then("the second OCMW has {count:d} open knipperlichten that came over")
def came_over(context, count):
    office = second(context)
    found = office.until(lambda: (lambda s: s if len(s) == count else None)(open_of(office)), f"{count} at the second OCMW")
    same({one["formerOrganisation"]["value"] for one in found}, {first(context).org}, "where they came from")
    same({one["signalReference"] for one in found}, set(first(context).references), "references")


@then("their history says that they came over")
def history_moved(context):
    context.office = second(context)
    for one in open_of(second(context)):
        assert any(s["event"] == "SIGNAL_EVENT_MOVED" for s in steps_of(context, one))


@then("the first OCMW still shows 1 closed knipperlicht")
def still_shows(context):
    same(len(first(context).signals(states=["SIGNAL_STATE_CLOSED"])), 1, "closed")


@step("the second OCMW answers it with {code:Code}")
def second_answers(context, code):
    office, reference = second(context), first(context).references[-1]
    office.answer(office.until(lambda: office.signal(reference), "it at the second OCMW"), code)
    office.settled(reference, "CLOSED")


@then("POD MI has one answer about it, from the second OCMW")
def one_answer(context):
    reference = first(context).references[-1]
    same(first(context).podmi_answers(reference), [], "answers of the first OCMW")
    same([one["evaluation"] for one in second(context).podmi_answers(reference)], ["ACCEPTED"], "answers of the second")


@step("POD MI sends a knipperlicht about a person of the first OCMW")
def sends_for_first(context):
    # Of another kind than what is open, which would be the same knipperlicht.
    found = first(context).control("/signals", signalType=SOURCES["pension"])
    second(context).references.extend(found["signalReferences"])


@then("the second OCMW has it")
def second_has_it(context):
    second(context).latest()
