# SPDX-License-Identifier: Apache-2.0
"""Proposals and code tables."""

# pylint: disable=missing-function-docstring
import json
import uuid

from behave import given, step, then

import words  # noqa: F401  registers the types
from tests.scenarios.checks import same, texts_of
from tests.scenarios.office import Refused


def earlier(context, name, employer, month, code):
    office = context.office
    office.podmi_signal(name, "work", month=month.strftime("%Y-%m"), observed=f"{employer:010d}")
    office.answer(office.latest(), code)
    return office.references.pop()


@given("POD MI accepted {code:Code} for {name:Name}'s work at employer {employer:d} in {month:Month}")
def accepted_before(context, code, name, employer, month):
    context.office.settled(earlier(context, name, employer, month, code), "CLOSED")


@given("POD MI refused {code:Code} for {name:Name}'s work at employer {employer:d} in {month:Month}")
def refused_before(context, code, name, employer, month):
    context.office.control("/evaluations", evaluation="REFUSED", code="X-0001")
    context.office.settled(earlier(context, name, employer, month, code), "ANSWER_REFUSED")


def proposals(context):
    """One for each signal of the scenario."""
    ids = [one["signalId"] for one in context.office.all_here()]
    return context.office.call("feedback", "Proposals/ProposeAnswers", {"signalIds": ids})["proposals"]


@step("{code:Code} is proposed for it")
def is_proposed(context, code):
    [one] = proposals(context)
    same((one["outcome"], one["code"]), ("PROPOSAL_OUTCOME_PROPOSED", code), "proposal")
    return one


@then("{code:Code} is proposed for it, with the reason in nl, fr, de and en")
def is_proposed_with_reason(context, code):
    one = is_proposed(context, code)
    texts_of(one["reason"])
    assert code in one["reason"]["nl"], one["reason"]["nl"]
    assert one["basis"]["facts"]


@then("nothing is proposed for it")
def nothing_proposed(context):
    [one] = proposals(context)
    assert not one.get("code") and one["outcome"] != "PROPOSAL_OUTCOME_PROPOSED", one
    texts_of(one["reason"])


def submit(context, reviewer, reviewed=True):
    items = [{"draft": {"clientId": str(uuid.uuid4()), "signalId": one["signalId"], "code": one["code"]},
              "signalVersion": one["signalVersion"], "basisClientId": one["basis"]["clientId"]} for one in proposals(context)]
    request = {"items": items, "reviewed": reviewed}
    if reviewer:
        request["reviewedBy"] = {"id": reviewer.lower(), "name": reviewer}
    return context.office.call("feedback", "Proposals/SubmitReviewed", request,
                               actor=(reviewer.lower(), reviewer) if reviewer else ("", ""))["results"]


@step("{name:Name} reviews what is proposed and sends it")
def reviews(context, name):
    results = submit(context, name)
    assert results and all("problem" not in one for one in results), results


@then("all of them are closed")
def all_closed(context):
    for reference in context.office.references:
        context.office.settled(reference, "CLOSED")


@then("their history says that {name:Name} reviewed them")
def history_reviewed(context, name):
    for one in context.office.all_here():
        found = context.office.call("knipperlicht", "Signals/GetSignalHistory", {"signalId": one["signalId"]})["history"]["steps"]
        answered = next(step for step in found if step["event"] == "SIGNAL_EVENT_ANSWERED")
        same(answered["actor"]["name"], name, "who answered")
        assert "review" in answered.get("detail", "").lower(), answered


@then("sending the proposals without a person is refused")
def refused_without_person(context):
    try:
        submit(context, "")
    except Refused as refused:
        assert "proposals." in refused.words(), refused.words()
        same(context.office.podmi_answers(context.office.references[-1]), [], "answers")
        return
    raise AssertionError("it was taken")


# Code tables


def table(*codes):
    return {"schema": "semafoor.feedback-codes/1", "version": "2026-09-01", "origin": "administrator", "codes": [
        {"code": code, "text": {"nl": f"Code {code}", "fr": f"Code {code}", "de": f"Code {code}", "en": f"Code {code}"},
         "validFrom": "2014-01-01"} for code in codes]}


def table_file(context, document):
    file = context.world.folder / f"codes-{context.office.index}.json"
    file.write_text(json.dumps(document))
    return file


@step("the administrator checks a table of codes with 2 faulty rows")
def checks_table(context):
    document = table("17", "17", "18")
    del document["codes"][2]["text"]["nl"]
    done = context.world.run([context.world.bin / "semafoorctl", "codes", "check", table_file(context, document), "--json"],
                             check=False)
    assert done.returncode != 0
    context.seen = json.loads(done.stdout)


@then("both rows are named with what is wrong")
def rows_named(context):
    text = json.dumps(context.seen)
    assert "17" in text and "18" in text and "nl" in text, text


@step('the administrator loads a table of codes with "{code}" in it')
def loads_table(context, code):
    context.world.ctl("codes", "load", table_file(context, table(code, "18")), "--reason", "the table of POD MI")


@step("Els answers it with 17")
def answers_17(context):
    context.seen = context.office.answer(context.office.latest(), "17")


@then("the answer with 17 is on its way")
def on_its_way(context):
    same(context.office.feedback(context.seen["clientId"])["code"], "17", "code")


@step("the administrator prepares a table of codes from 1 January 2030")
def prepares(context):
    context.world.ctl("codes", "prepare", table_file(context, table("21")), "--from", "2030-01-01", "--reason", "next table")


@then("the comparison says what will be new and what will be gone")
def comparison(context):
    changes = {one["code"]: one["change"] for one in context.office.ctl("codes", "compare")["differences"]}
    same(changes["21"], "CODE_CHANGE_NEW", "21")
    same(changes["X-COUNTED"], "CODE_CHANGE_GONE", "X-COUNTED")


@step("the administrator withdraws it")
def withdraws(context):
    context.world.ctl("codes", "withdraw", "--reason", "it was the wrong one")


@step("the administrator goes back to the table before")
def rolls_back(context):
    context.world.ctl("codes", "rollback", "--reason", "it was the wrong one")
