# SPDX-License-Identifier: Apache-2.0
"""What the social worker sees and does with knipperlichten."""

# pylint: disable=missing-function-docstring
import uuid

from behave import step, then, when

import words  # noqa: F401  registers the types
from tests.scenarios.checks import same, texts_of, date_of
from tests.scenarios.office import SOURCES, Refused

HEAD = ("nadia", "Nadia")


# It


@step("all of them are here")
def all_here(context):
    context.office.all_here()


@then("there is {count:d} knipperlicht about {name:Name}")
@then("there are {count:d} knipperlichten about {name:Name}")
def count_about(context, count, name):
    office = context.office
    office.until(lambda: len(office.about(name)) >= count, f"{count} knipperlichten about {name}")
    office.fetch()
    same(len(office.about(name)), count, f"knipperlichten about {name}")


@then("it came by {channels:Channels}")
def came_by(context, channels):
    office = context.office
    one = office.until(lambda: (lambda s: s if s and set(s["channels"]) == set(channels) else None)(
        office.signal(office.references[-1])), f"it to come by {channels}")
    same(sorted(arrival["channel"] for arrival in one["arrivals"]), sorted(channels), "its arrivals")


@then("it was delivered {count:d} times")
def delivered(context, count):
    office = context.office
    office.until(lambda: (office.signal(office.references[-1]) or {}).get("deliveries") == count, f"{count} deliveries")


@then("it was recalled {count:d} time")
@then("it was recalled {count:d} times")
def recalled(context, count):
    office = context.office

    def there():
        one = office.signal(office.references[-1])
        return one if one and len(one.get("recalls", [])) >= count else None
    same(len(office.until(there, f"{count} recalls")["recalls"]), count, "recalls")


@step("it is {state:State}")
def is_in_state(context, state):
    context.office.settled(context.office.references[-1], state)


@then("the open knipperlichten that were recalled are those of {name:Name}")
def recalled_only(context, name):
    found = context.office.signals(recalledOnly=True, openOnly=True)
    same({one["person"]["value"] for one in found}, {context.office.people[name].ssin}, "recalled")


@then("it remembers the old number")
def remembers(context):
    office = context.office
    person = next(p for p in office.people.values() if p.ssin != p.facts["ssin"])

    def there():
        one = office.signal(office.references[-1])
        return one if one and one["person"]["value"] == person.ssin else None
    former = [one["value"] for one in office.until(there, "the new number").get("formerPersons", [])]
    assert person.facts["ssin"] in former, "the old number is not among the former ones"


@when("the software tells that {name:Name} has another number")
def software_replaces(context, name):
    office = context.office
    person = office.people[name]
    taken = {one["ssin"] for one in office.facts["persons"]}
    new = next(number for number in later_numbers(person.ssin) if number not in taken)
    office.call("knipperlicht", "Signals/ReplacePersonNumber",
                {"former": {"value": person.ssin}, "current": {"value": new}})
    person.ssin = new


def later_numbers(ssin):
    """Numbers of the same birth, with right check digits."""
    base, counter = ssin[:6], int(ssin[6:9])
    old = ssin[:2] < "50"
    for step_on in range(2, 900, 2):
        nine = f"{base}{(counter + step_on) % 997 + 1:03d}"
        checked = int(nine) if old else int("2" + nine)
        yield f"{nine}{97 - checked % 97:02d}"


# Life


@step("the head gives it to {name:Name}")
def assigns(context, name):
    office = context.office
    office.host("assign", office.latest()["signalId"], "--to", name.lower(), "--name", name, actor=HEAD)


@step("the head gives it to nobody")
def releases(context):
    context.office.host("assign", context.office.latest()["signalId"], actor=HEAD)


@step("the head gives all of them to {name:Name}")
def assigns_all(context, name):
    for one in context.office.all_here():
        context.office.host("assign", one["signalId"], "--to", name.lower(), "--name", name, actor=HEAD)


@step("{name:Name} has investigated it")
def investigates(context, name):
    context.office.host("investigated", context.office.latest()["signalId"], actor=(name.lower(), name))


@step("{name:Name} answers it with {code:Code}")
def answers(context, name, code):
    context.seen = context.office.answer(context.office.latest(), code, actor=(name.lower(), name))


@step('{name:Name} answers it with {code:Code} and names decision "{decision}"')
def answers_with_decision(context, name, code, decision):
    context.office.answer(context.office.latest(), code, actor=(name.lower(), name), decision_reference=decision)


@step("{name:Name} answers it with {code:Code}, twice under the same id")
def answers_twice(context, name, code):
    one, client_id = context.office.latest(), str(uuid.uuid4())
    first = context.office.answer(one, code, actor=(name.lower(), name), client_id=client_id)
    again = context.office.answer(one, code, actor=(name.lower(), name), client_id=client_id)
    same((first.get("repeatedSubmission", False), again["repeatedSubmission"]), (False, True), "repeated")


@then("{name:Name} cannot answer it with {code:Code}")
def cannot_answer(context, name, code):
    one = context.office.latest()
    try:
        context.office.answer(one, code, actor=(name.lower(), name))
    except Refused as refused:
        assert "feedback." in refused.words(), refused.words()
        return
    raise AssertionError(f"{code} was taken")


@step('{name:Name} says that form "{form}" of {day:Day} made it superfluous')
def supersedes(context, name, form, day):
    office = context.office
    office.call("knipperlicht", "Signals/SupersedeSignals",
                {"signalIds": [office.latest()["signalId"]], "formReference": form, "since": date_of(day)},
                actor=(name.lower(), name))


@then("nobody waits for an answer to it")
def nobody_waits(context):
    reference = context.office.references[-1]
    assert reference not in {one.get("signalReference") for one in context.office.signals(openOnly=True)}


@then("its history tells")
def history_tells(context):
    office = context.office
    history = office.call("knipperlicht", "Signals/GetSignalHistory", {"signalId": office.latest()["signalId"]})
    found = [(step["event"].removeprefix("SIGNAL_EVENT_"), step.get("actor", {}).get("name", ""))
             for step in history["history"]["steps"]]
    wanted = [(row["step"], row["who"]) for row in context.table]
    same([one for one in found if one[0] in dict(wanted)], wanted, "history")
    for one in history["history"]["steps"]:
        assert int(one["time"]["unixMs"]) > 0


@step("the software looks for the dossiers")
def resolves(context):
    context.office.all_here()
    context.office.host("resolve")


@then("it belongs to {name:Name}'s dossier")
def belongs(context, name):
    one = context.office.latest()
    same(one["matchState"], "MATCH_STATE_MATCHED", "match")
    same([d["reference"] for d in one["dossiers"]], [d["reference"] for d in context.office.people[name].dossiers], "dossiers")


@then("it belongs to no dossier")
def belongs_to_none(context):
    same(context.office.latest()["matchState"], "MATCH_STATE_NO_DOSSIER", "match")


@then("{name:Name} reads the reason {code:Code} in her own language")
def reads_reason(context, name, code):
    office = context.office
    item = office.feedback(office.latest()["feedbackClientId"])
    same([error["code"] for error in item["errors"]], [code], "errors")
    texts_of(item["errors"][0]["description"], ("nl", "fr", "de"))


# POD MI's side


@then("POD MI has {count:d} accepted answer about it")
def accepted_answers(context, count):
    found = context.office.podmi_answers(context.office.references[-1])
    same(len([one for one in found if one["evaluation"] == "ACCEPTED"]), count, "accepted answers")
    effects = [one["effects"] for one in context.office.ledger()["feedback"]]
    assert all(effect == 1 for effect in effects), f"effects {effects}"


@then("POD MI has no answer about it")
def no_answer(context):
    context.office.fetch()
    same(context.office.podmi_answers(context.office.references[-1]), [], "answers")


# What it is about


@then("the software shows what it is about in nl, fr, de and en")
def shows_type(context):
    office = context.office
    one = office.latest()
    types = {kind["code"]: kind for kind in office.host("list", "types")["types"]}
    assert one["signalType"] in types, f"no text for {one['signalType']}"
    texts_of(types[one["signalType"]]["text"])


@then("what was observed is shown")
def shows_fields(context):
    one = context.office.latest()
    assert one["sourceFlow"]
    assert one["fields"] and all(field["name"] and field["value"] for field in one["fields"])


@then("those about {source:Source} are those of {name:Name}")
def by_source(context, source, name):
    found = context.office.signals(signalTypes=[SOURCES[source]])
    same({one["person"]["value"] for one in found}, {context.office.people[name].ssin}, "found")


# Searching


@then('it is found by dossier "{number}"')
def found_by_dossier(context, number):
    found = context.office.signals(dossierNumber=number)
    same([one["signalReference"] for one in found], [context.office.references[-1]], "found")


@then("searching for {name:Name} finds {count:d} knipperlicht")
def found_by_person(context, name, count):
    same(len(context.office.about(name)), count, "found")


@then("searching for {name:Name}'s dossier finds {count:d} knipperlicht")
def found_by_her_dossier(context, name, count):
    number = context.office.people[name].dossiers[0]["number"]
    same(len(context.office.signals(dossierNumber=number)), count, "found")


@then('searching messages for "{words_}" finds {count:d} message')
@then('searching messages for "{words_}" finds {count:d} messages')
def found_messages(context, words_, count):
    office = context.office

    def found():
        return office.host("list", "messages", "--search", words_)["messages"]
    office.until(lambda: office.host("list", "messages")["messages"], "the message")
    same(len(found()), count, "messages")


# Events and encodings


@then('the software hears "{kind}" about it')
@then('the software hears "{kind}"')
def hears(context, kind):
    office = context.office
    plugin = "feedback" if kind.startswith("feedback") else "knipperlicht"
    office.latest()

    def heard():
        done = context.world.host_process("--consumer", f"listener-{office.index}", "watch", "--plugin", plugin, "--no-ack",
                                          "--for", "2", "--max", "50", org=office.org, check=False)
        return f'"{kind}"' in done.stdout
    office.until(heard, f"the event {kind}")


@then("the list of knipperlichten is the same in protobuf and in JSON")
def same_in_protobuf(context):
    office = context.office
    one = office.latest()
    # Strings stand in protobuf as they are: what identifies the signal must be in its bytes.
    done = context.world.run([context.world.host_bin / "semafoor-host", "--plugins", context.world.plugins, "--gateway",
                              context.world.attestation_socket, "--organisation", office.org, "--encoding", "protobuf",
                              "--actor", "els", "call", "knipperlicht", "Signals/ListSignals", ""], check=True, binary=True)
    for part in (one["signalId"], one["signalReference"], one["signalType"], one["person"]["value"]):
        assert part.encode() in done.stdout, f"{part} is not in the protobuf answer"


@when("the software remembers where it is")
def remembers_cursor(context):
    context.seen = context.office.call("knipperlicht", "Signals/ListSignals", {"pageSize": 500})["cursor"]


@then("{count:d} knipperlicht changed since")
def changed_since(context, count):
    same(len(context.office.signals(changedSince=context.seen)), count, "changed")


@then("every family of messages has a name in nl, fr, de and en")
def families_named(context):
    families = context.office.host("list", "families")["families"]
    assert len(families) >= 13
    for family in families:
        texts_of(family["name"])


# Codes


def codes_of(context, **wish):
    return context.office.call("feedback", "Feedback/ListFeedbackCodes", wish)["codes"]


@then("every feedback code has a text in nl, fr and de")
def codes_named(context):
    found = codes_of(context)
    assert len(found) >= 5
    for one in found:
        texts_of(one["text"], ("nl", "fr", "de"))


@then("every feedback code says that it is of this project")
def codes_ours(context):
    for one in codes_of(context):
        same(one["origin"], "ORIGIN_PROJECT", one["code"])
        assert one["code"].startswith("X-")
