# SPDX-License-Identifier: Apache-2.0
"""Lists, parallel, electronic; and the half-yearly list that goes back."""

# pylint: disable=missing-function-docstring
import base64
import datetime
import hashlib
import json

from behave import given, step, then, when

import words  # noqa: F401  registers the types
from tests.scenarios.checks import date_of, same, texts_of
from tests.scenarios.clock import clock_off
from tests.scenarios.office import Refused

MODES = {"lists": "CHANNEL_MODE_LISTS", "parallel": "CHANNEL_MODE_PARALLEL", "electronic": "CHANNEL_MODE_ELECTRONIC",
         "the electronic channel": "CHANNEL_MODE_ELECTRONIC"}


def channels(context, method, request=None):
    return context.office.call("feedback", f"Channels/{method}", request)


@given("the OCMW is on {mode}")
@when("the administrator changes the OCMW to {mode}")
def set_channel(context, mode):
    context.office.ctl("channel", "set", context.office.org, mode, "--reason", "as the scenario says")


@given("since {days:d} days the OCMW is on {mode}")
def set_channel_before(context, days, mode):
    with clock_off(context.world, -days):
        set_channel(context, mode)


@then("the OCMW is on {mode}")
def is_on(context, mode):
    same(channels(context, "GetChannel")["channel"]["mode"], MODES[mode], "channel")


@then("the change is in the audit, with who and why")
def change_audited(context):
    changes = channels(context, "GetChannel")["channel"]["changes"]
    assert all(one["changedBy"] and one["reason"] == "as the scenario says" for one in changes), changes
    records = [one for one in context.office.audit() if "channel" in one["act"]]
    assert len(records) >= len(changes) and all("uid" in json.dumps(one) for one in records), records


@then("the answer waits for the half-yearly list")
def answer_waits(context):
    same(context.office.feedback(context.seen["clientId"])["state"], "FEEDBACK_STATE_FOR_LIST", "answer")


# The report


def report(context, month=None):
    request = {} if month is None else {"period": {"from": date_of(month), "to": date_of(month)}}
    return channels(context, "GetReconciliation", request)


@then("the report of {month:Month} says {both:d} by both and {listed:d} by list only")
def report_says(context, month, both, listed):
    def there():
        found = report(context, month)
        months = found.get("months", [])
        counts = [(int(one.get("both", 0)), int(one.get("listOnly", 0))) for one in months]
        return found if counts == [(both, listed)] else None
    context.seen = context.office.until(there, f"a report of {both} by both and {listed} by list only")


@then("the reason is said in nl, fr, de and en")
def reason_said(context):
    [difference] = context.seen["differences"]
    assert difference["reasonCode"].startswith("channels.")
    texts_of(difference["reason"])


@then("the report does not recommend the electronic channel yet")
def not_yet(context):
    found = report(context)
    same(found["advice"], "CHANNEL_ADVICE_WAIT", "advice")
    assert found["obstacles"]


@when("3 months pass with the same knipperlichten by both channels")
def months_pass(context):
    # The last three whole months of the real calendar: the gateway judges by it.
    month = datetime.date.today().replace(day=1)
    months = []
    for _ in range(3):
        month = (month - datetime.timedelta(days=1)).replace(day=1)
        months.insert(0, month)
    for month in months:
        context.world.control("PUT", "/settings", {"today": month.replace(day=20).isoformat()})
        for name in ("Anna", "Bram"):
            context.office.podmi_signal(name, "work")
        context.office.podmi_list("monthly", month)
    context.office.all_here()


@then("the report recommends the electronic channel")
def recommends(context):
    found = context.office.until(lambda: (lambda r: r if r["advice"] == "CHANNEL_ADVICE_ADOPT_ELECTRONIC" else None)(
        report(context)), "the advice to adopt the electronic channel")
    texts_of(found["adviceText"])


# The list goes back


@given("the half-yearly list of {month:Month} names {count:d} knipperlichten")
def names(context, month, count):
    half_yearly(context, month, count, reply=True)


@given("the half-yearly list of {month:Month} names {count:d} knipperlichten and takes no reply")
def names_without_reply(context, month, count):
    half_yearly(context, month, count, reply=False)


def half_yearly(context, month, count, reply):
    office = context.office
    for name in ("Anna", "Bram", "Chris")[:count]:
        office.podmi_signal(name, "work", channels="list")
    context.world.control("PUT", "/settings", {"today": month.replace(day=4).isoformat()})
    office.podmi_list("half-yearly", month, reply=reply)
    office.all_here()


@given("Els has answered both")
def answered_both(context):
    for one in context.office.all_here():
        context.office.answer(one, "X-COUNTED")


@given("Els has answered one of them")
def answered_one(context):
    context.office.answer(context.office.all_here()[0], "X-COUNTED")


def the_list(context):
    """The newest half-yearly list that is known here."""
    def there():
        found = context.office.call("ebox", "Lists/ListSignalLists").get("lists", [])
        return next((one for one in found if one["channel"] == "SIGNAL_CHANNEL_HALF_YEARLY_LIST"), None)
    return context.office.until(there, "the half-yearly list")


def prepare(context):
    return channels(context, "PrepareReturn", {"listId": the_list(context)["listId"]})


@when("the list is checked")
def is_checked(context):
    context.seen = prepare(context)


@then("{count:d} row is said to be missing")
def rows_missing(context, count):
    same(len(context.seen["missing"]), count, "missing rows")
    texts_of(context.seen["missing"][0]["reason"])
    try:
        channels(context, "SendReturn", {"returnId": context.seen["listReturn"]["returnId"]})
    except Refused as refused:
        assert "channels.return_incomplete" in refused.words(), refused.words()
        return
    raise AssertionError("it went back all the same")


@when("the list goes back")
def goes_back(context):
    made = prepare(context)["listReturn"]
    try:
        channels(context, "SendReturn", {"returnId": made["returnId"]})
    except Refused as refused:
        # A second time there is nothing more to send.
        assert "channels.return_leaves" in refused.words() or "channels.return_state" in refused.words(), refused.words()
    context.office.until(lambda: state_of(context, made) in ("RETURN_STATE_SENT", "RETURN_STATE_CONFIRMED"), "the reply to be sent")
    context.made = made


def state_of(context, made):
    found = channels(context, "ListReturns").get("returns", [])
    return next(one["state"] for one in found if one["returnId"] == made["returnId"])


@when("the list is made ready to upload, and Els uploads it")
def uploads(context):
    made = prepare(context)["listReturn"]
    data, offset = b"", 0
    while True:
        piece = channels(context, "GetReturnFile", {"returnId": made["returnId"], "offset": offset})
        data += base64.b64decode(piece["piece"])
        offset = int(piece.get("nextOffset", 0))
        if not offset:
            break
    same(hashlib.sha256(data).digest(), base64.b64decode(piece["sha256"]), "SHA-256 of the file")
    taken = context.office.control("/lists/returned", base64=base64.b64encode(data).decode())
    same(taken["answers"], taken["taken"], "rows that POD MI could use")
    channels(context, "ConfirmReturn", {"returnId": made["returnId"], "outcome": "RETURN_OUTCOME_ARRIVED"})
    same(state_of(context, made), "RETURN_STATE_CONFIRMED", "state of the return")


@then("POD MI has {count:d} answer about each, by {way}")
def answer_about_each(context, count, way):
    for reference in context.office.references:
        found = context.office.podmi_answers(reference)
        same([(one["channel"], one["evaluation"]) for one in found], [(way, "TAKEN")] * count, reference)


@then("the return is settled")
def is_settled(context):
    context.office.until(lambda: state_of(context, context.made) == "RETURN_STATE_SETTLED", "the return to be settled")
