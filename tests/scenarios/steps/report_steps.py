# SPDX-License-Identifier: Apache-2.0
"""The file for the inspection, and statistics."""

# pylint: disable=missing-function-docstring
import csv
import datetime
import io
import json
import subprocess
import zipfile

from behave import step, then

import words  # noqa: F401  registers the types
from tests.scenarios.checks import same, texts_of
from tests.scenarios.office import SOURCES


def inspection(context, kind, *options, reason="inspection of the scenario"):
    file = context.world.folder / f"inspection-{context.office.index}-{len(list(context.world.folder.iterdir()))}.{kind}"
    today = datetime.date.today()
    context.world.ctl("inspection", context.office.org, "--from", today.replace(day=1).isoformat(), "--to", today.isoformat(),
                      "--format", kind, "--file", file, "--reason", reason, *options)
    return file


def text_of(file):
    if file.suffix == ".csv":
        return file.read_text(encoding="utf-8-sig")
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout


@then("the inspection file as {kind} names the code {code:Code} and {name:Name}")
def names_code(context, kind, code, name):
    text = text_of(inspection(context, kind))
    assert code in text and name in text, text[:3000]


def numbers_in(file, office):
    known = {one["ssin"] for one in office.facts["persons"]}
    cells = {cell for row in csv.reader(io.StringIO(text_of(file)), delimiter=";") for cell in row}
    return known & {cell.lstrip("'") for cell in cells}


@then("a sample of {count:d} with the same seed has the same persons")
def same_sample(context, count):
    one, again = (numbers_in(inspection(context, "csv", "--sample", str(count), "--seed", "7"), context.office) for _ in range(2))
    same(one, again, "the sample")
    same(len(one), count, "persons of the sample")


@step('the inspection file is made for reason "{reason}"')
def made_for(context, reason):
    context.office.all_here()
    inspection(context, "csv", reason=reason)
    context.seen = reason


@then("the audit says who made it and why")
def audited(context):
    record = next((one for one in context.office.audit() if context.seen in json.dumps(one)), None)
    assert record, "no record has the reason"
    assert "inspection" in record["act"] or "export" in record["act"], record
    assert "uid" in json.dumps(record), record


def statistics(context):
    return context.office.call("knipperlicht", "Reports/GetStatistics")["statistics"]


def count(found, **wish):
    return sum(int(cell["signals"]) for cell in found.get("cells", []) if all(cell[key] == value for key, value in wish.items()))


@then("the statistics count {total:d} knipperlichten, {accepted:d} of them accepted")
def counts(context, total, accepted):
    found = statistics(context)
    same((int(found["signals"]), count(found, outcome="STATISTICS_OUTCOME_ACCEPTED")), (total, accepted), "signals, accepted")
    same(count(found), total, "the sum of the cells")


@then("the statistics count {total:d} of type {source:Source}")
def counts_type(context, total, source):
    same(count(statistics(context), signalType=SOURCES[source]), total, source)


@then("the statistics say which share of the dossiers has a knipperlicht")
def share(context):
    office = context.office
    rows = len(context.every_dossier)

    def there():
        found = [one for one in statistics(context).get("shares", []) if one["law"] == "LAW_RMI"]
        return found if found and "dossiers" in found[0] else None
    [one] = office.until(there, "the dossiers of the statement to be counted")
    same((int(one["withSignal"]), int(one["dossiers"])), (1, rows), "dossiers")
    assert abs(int(one["share"]) - 10_000 / rows) <= 1, one


@then("semafoorctl and the plugin give the same statistics")
def same_statistics(context):
    plugin, ctl = statistics(context), context.office.ctl("stats", context.office.org)
    ctl = ctl.get("statistics", ctl)
    for one in (plugin, ctl):
        one.pop("generatedAt", None)
    same(ctl["cells"], plugin["cells"], "cells")
    same(ctl["months"], plugin["months"], "months")
    texts_of(plugin["trend"]["sentence"])
