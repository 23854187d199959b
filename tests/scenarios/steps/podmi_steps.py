# SPDX-License-Identifier: Apache-2.0
"""What POD MI and the KSZ do."""

# pylint: disable=missing-function-docstring
from behave import given, step

import words  # noqa: F401  registers the types

FORMATS = {"CSV": "csv", "XML": "xml", "ZIP": "zip"}


@given("it is {day:Day} at POD MI")
@step("POD MI's calendar says {day:Day}")
def set_today(context, day):
    context.world.control("PUT", "/settings", {"today": day.isoformat()})


@given("{name:Name} has {law:Law} dossier")
def has_dossier(context, name, law):
    context.office.takes_in(name, lambda dossiers: len(dossiers) == 1 and dossiers[0]["law"] == law)


@given("{name:Name} has a leefloon dossier and one of equivalent leefloon")
def has_two_dossiers(context, name):
    context.office.takes_in(name, lambda dossiers: len(dossiers) == 2)


@given("{name:Name} has no dossier here")
def has_no_dossier(context, name):
    context.office.takes_in(name, lambda dossiers: not dossiers)


@given("{name:Name} has a bis number")
def has_bis_number(context, name):
    # Month of birth plus 40.
    office = context.office
    taken = {person.facts["ssin"] for person in office.people.values()}
    facts = next(one for one in office.facts["persons"]
                 if one["ssin"] not in taken and len(one["dossiers"]) == 1 and int(one["ssin"][2:4]) > 40)
    office.takes_in(name, lambda dossiers: dossiers == facts["dossiers"])


@given("the KSZ has no integration of the OCMW for {name:Name}")
def no_integration(context, name):
    context.office.control("/persons/integration", ssin=context.office.person(name).ssin, integrated=False)


@step("the OCMW integrates {name:Name} at the KSZ")
def integrated_now(context, name):
    context.office.control("/persons/integration", ssin=context.office.person(name).ssin, integrated=True)


@step("POD MI sends a knipperlicht about {name:Name}'s {source:Source}")
def sends_signal(context, name, source):
    context.office.podmi_signal(name, source)


@step("POD MI sends a knipperlicht about {name:Name}'s {source:Source} of {month:Month}")
def sends_signal_of_month(context, name, source, month):
    context.office.podmi_signal(name, source, month=month.strftime("%Y-%m"))


@step("POD MI sends a knipperlicht about {name:Name}'s {source:Source} of {month:Month}, {amount:Euro} euro")
def sends_signal_with_amount(context, name, source, month, amount):
    context.office.podmi_signal(name, source, month=month.strftime("%Y-%m"), amountEurocents=amount)


@step("POD MI sends a knipperlicht about {name:Name}'s work at employer {employer:d} in {month:Month}")
def sends_signal_of_employer(context, name, employer, month):
    context.office.podmi_signal(name, "work", month=month.strftime("%Y-%m"), observed=f"{employer:010d}")


@step('POD MI sends a knipperlicht about {name:Name}\'s {source:Source} for dossier "{number}"')
def sends_signal_for_dossier(context, name, source, number):
    context.office.podmi_signal(name, source, dossierNumber=number)


@step("POD MI sends {count:d} knipperlichten")
def sends_signals(context, count):
    context.office.references.extend(context.office.control("/signals", count=count)["signalReferences"])


@step("the mailbox of POD MI brings a knipperlicht about {name:Name}'s {source:Source} twice")
def sends_twice(context, name, source):
    context.office.podmi_signal(name, source, repeat="same-event")


@step("POD MI sends the same knipperlicht again")
def sends_again(context):
    context.office.control("/signals/again", signalReferences=[context.office.references[-1]])


@step("POD MI knows a knipperlicht about {name:Name}'s {source:Source} and sends no mutation about it")
def list_only(context, name, source):
    context.office.podmi_signal(name, source, channels="list")


@step("POD MI sends a knipperlicht about {name:Name}'s {source:Source} that no list will have")
def mutation_only(context, name, source):
    context.office.podmi_signal(name, source, channels="mutation")


@step("POD MI puts the monthly list of {month:Month} in the e-Box")
def monthly_list(context, month):
    context.office.podmi_list("monthly", month)


@step("POD MI puts the monthly list of {month:Month} in the e-Box as {kind}")
def monthly_list_as(context, month, kind):
    context.office.podmi_list("monthly", month, format=FORMATS[kind])


@step("POD MI puts the monthly list of {month:Month} in the e-Box, with the old number")
def monthly_list_old_number(context, month):
    context.office.podmi_list("monthly", month, numbers="former")


@step("POD MI puts the half-yearly list of {month:Month} in the e-Box")
def half_yearly_list(context, month):
    context.office.podmi_list("half-yearly", month)


@step("POD MI puts the half-yearly list of {month:Month} in the e-Box, in a message that takes no reply")
def half_yearly_list_without_reply(context, month):
    context.office.podmi_list("half-yearly", month, reply=False)


@step("the half-yearly list of {month:Month} comes in the e-Box and by mutations")
def half_yearly_both(context, month):
    context.office.podmi_list("half-yearly", month, mutations=True)


@step("{name:Name}'s number is replaced")
def number_replaced(context, name):
    person = context.office.person(name)
    person.ssin = context.office.control("/persons/replace", ssin=person.ssin)["ssin"]


@given("POD MI will refuse the next answer with error {code:Code}")
def will_refuse(context, code):
    context.office.control("/evaluations", evaluation="REFUSED", code=code)


@given("POD MI takes its time to judge answers")
def holds_results(context):
    context.world.control("PUT", "/settings", {"holdResults": True})


@step("POD MI judges the answers")
def releases_results(context):
    context.world.control("PUT", "/settings", {"holdResults": False})


@step("the gateway has fetched what is there")
def fetched(context):
    context.office.fetch()
