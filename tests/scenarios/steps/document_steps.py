# SPDX-License-Identifier: Apache-2.0
"""Statements, lists and other files: what POD MI sends, and what became of it."""

# pylint: disable=missing-function-docstring
import json

from behave import given, step, then, when

import words  # noqa: F401  registers the types
from tests.scenarios import papers
from tests.scenarios.checks import date_of, same
from tests.scenarios.office import Person

SPOILT_SSIN = "85073003329"


def send(context, message_type, file_name, data):
    """Puts the file in the e-Box, to be asked about by the next step."""
    context.seen = context.office.podmi_document(message_type, file_name, data)


def lists(context, method, request=None):
    return context.office.call("ebox", f"Lists/{method}", request)


def reading(context):
    """What became of the document that was sent last."""
    office = context.office

    def there():
        found = lists(context, "ListReadings", {"pageSize": 500}).get("readings", [])
        return next((one for one in found if one["attachmentId"] in attachments_of(context)), None)
    return office.until(there, "the document to be read")


def attachments_of(context):
    """The gateway's ids of the attachments of the message that was sent last."""
    message = message_of(context)
    return {one["attachmentId"] for one in message["attachments"]} if message else set()


def message_of(context):
    wanted = context.seen["messageId"]
    return next((one for one in context.office.host("list", "messages", "--all")["messages"]
                 if one["providerMessageId"] == wanted), None)


# Statements


def statement_rows(context, kind, month):
    office = context.office
    return [papers.statement_fields(kind, office.nis, month, office.people[row["person"]], papers.cents_of(row["euro"]),
                                    row.get("article", "X00001")) for row in context.table]


@step("POD MI sends the monthly statement of {kind} of {month:Month}")
def sends_statement(context, kind, month):
    name = f"maandstaat_{month:%Y%m}.txt"
    if context.table is None:
        rows = [papers.statement_fields(kind, context.office.nis, month, Person(facts), 100_000)
                for facts in context.office.facts["persons"] if of_kind(facts, kind)]
        context.every_dossier = rows
    else:
        rows = statement_rows(context, kind, month)
    send(context, papers.STATEMENTS[kind], name, papers.statement_text(rows))


def of_kind(facts, kind):
    law = "LAW1965" if kind == "equivalent leefloon" else "RMI"
    return facts["dossiers"] and facts["dossiers"][0]["law"] == law


@step("POD MI sends the monthly statement of {kind} of {month:Month} as {shape}")
def sends_statement_as(context, kind, month, shape):
    rows = statement_rows(context, kind, month)
    files = {"TXT": ("maandstaat.txt", papers.statement_text(rows)), "CSV": ("maandstaat.csv", papers.statement_csv(rows)),
             "ZIP": ("maandstaat.zip", papers.zipped(maandstaat_txt=papers.statement_text(rows)))}
    send(context, papers.STATEMENTS[kind], *files[shape])


@step("POD MI sends the monthly statement of {kind} of {month:Month}, with {name:Name}'s number damaged")
def sends_damaged_statement(context, kind, month, name):
    data = papers.statement_text(statement_rows(context, kind, month))
    data = data.replace(context.office.people[name].ssin.encode(), SPOILT_SSIN.encode())
    send(context, papers.STATEMENTS[kind], "maandstaat.txt", data)


@step('POD MI sends the monthly statement of {kind} of {month:Month}, with "{rest}" after the name')
def sends_longer_statement(context, kind, month, rest):
    send(context, papers.STATEMENTS[kind], "maandstaat.txt", papers.statement_text(statement_rows(context, kind, month), rest))


def statement(context, month):
    office = context.office
    made_of = reading(context)["statementId"]
    found = lists(context, "ListStatements", {"months": {"from": date_of(month), "to": date_of(month)}, "currentOnly": True})
    current = [one for one in found.get("statements", []) if one["statementId"] == made_of]
    assert current, f"{office.org} has no current statement of {month:%B %Y} from that document"
    return current[0]


def lines_of(context, **wish):
    return lists(context, "ListStatementLines", {"pageSize": 500, **wish}).get("lines", [])


def sum_of(total):
    return int(total.get("paidEurocents", 0)) + int(total.get("takenBackEurocents", 0))


@then("the statement of {month:Month} has every dossier")
def has_every_dossier(context, month):
    one = statement(context, month)
    wanted = {(fields[3].lstrip("0"), fields[5]) for fields in context.every_dossier}
    found = {(line["dossierNumber"], line["person"]["value"]) for line in lines_of(context, statementId=one["statementId"])}
    same(found, wanted, "dossiers and persons")
    same(int(one["lines"]), len(context.every_dossier), "lines")


@then("the statement of {month:Month} has {count:d} line, {total:Euro} euro in all")
@then("the statement of {month:Month} has {count:d} lines, {total:Euro} euro in all")
def has_lines(context, month, count, total):
    one = statement(context, month)
    same((int(one["lines"]), sum_of(one["total"])), (count, total), "lines and total")
    amounts = [int(line["amount"]["eurocents"]) for line in lines_of(context, statementId=one["statementId"])]
    same((len(amounts), sum(amounts)), (count, total), "the lines themselves")


@then("{name:Name}'s line is found by her number and by her dossier")
def line_found(context, name):
    reading(context)
    person = context.office.people[name]
    by_person = lines_of(context, person={"value": person.ssin})
    by_dossier = lines_of(context, dossierNumber=person.dossiers[0]["numberAsSent"])
    assert by_person and by_person == by_dossier, f"{by_person} and {by_dossier}"


@then("article {article} has {total} euro in all")
def article_total(context, article, total):
    whole = lists(context, "GetStatement", {"statementId": reading(context)["statementId"]})
    found = next(one for one in whole["articles"] if one["article"] == article)
    same(sum_of(found), papers.cents_of(total), article)
    share = int(found.get("stateShare", 0))
    if not int(found.get("unknownLines", 0)):
        # Hundredths of a percent.
        assert abs(int(found.get("stateEurocents", 0)) - sum_of(found) * share / 10_000) <= int(found["lines"])


@then("the difference with {month:Month} is")
def difference(context, month):
    compared = lists(context, "CompareStatements", {"statementId": reading(context)["statementId"]})
    same((compared["before"]["month"]["year"], compared["before"]["month"]["month"]), (month.year, month.month), "before")
    found = {change["person"]["value"]: int(change.get("eurocentsNow", 0)) - int(change.get("eurocentsBefore", 0))
             for change in compared["changes"]}
    same(found, {context.office.people[row["person"]].ssin: papers.cents_of(row["euro"]) for row in context.table}, "changes")


@then("{count:d} line of it is bad, and listed with its number and reason")
def bad_lines(context, count):
    bad = bad_rows(context)
    same(len(bad), count, "bad lines")
    assert all(int(row["line"]) > 0 and row["problems"][0]["code"] for row in bad)
    assert SPOILT_SSIN not in json.dumps([row["problems"] for row in bad])


@then('{name:Name}\'s line keeps "{rest}"')
def keeps(context, name, rest):
    reading(context)
    [line] = lines_of(context, person={"value": context.office.people[name].ssin})
    assert any(rest in field["value"] for field in line["rest"]), line


# Notices


@step('POD MI sends the list "{kind}"')
def sends_list(context, kind):
    context.seen = context.office.podmi_document(papers.NOTICES[kind])


def notices(context, **wish):
    return lists(context, "ListNotices", {"pageSize": 500, **wish}).get("notices", [])


@then('there is a notice of "{kind}" for every row of it')
def notice_for_every_row(context, kind):
    read = reading(context)
    same(read["state"], "READING_STATE_READ", "reading")
    found = notices(context, kind=papers.FAMILIES[papers.NOTICES[kind]])
    assert found and len(found) == int(read["rows"]), f"{len(found)} notices of {read['rows']} rows"
    for one in found:
        assert one["person"]["value"] and one["dossierNumber"]


@then("a notice is found by its dossier and by its person")
def notice_found(context):
    one = notices(context)[0]
    wanted = one["noticeId"]
    assert wanted in {n["noticeId"] for n in notices(context, dossierNumber=one["dossierNumber"])}
    assert wanted in {n["noticeId"] for n in notices(context, person=one["person"])}


@step("the gateway is restarted")
def restarted(context):
    context.world.stop_gateway()
    context.world.start_gateway()


# Shapes

# A name that is another one in every encoding.
NAME = "Muñoz Élodie"


def reception(context, name, label=NAME):
    office = context.office
    other = Person(next(facts for facts in office.facts["persons"]
                        if facts["dossiers"] and facts["ssin"] != office.people[name].ssin))
    return papers.reception_rows(office.people[name], other, label)


@when("POD MI sends a list of forms in reception {shape} that names {name:Name}")
def sends_reception(context, shape, name):
    context.label = NAME if "line break" not in shape else "Muñoz\nÉlodie"
    rows = reception(context, name, context.label)
    plain = papers.delimited(rows)
    spoilt = papers.delimited([*rows[:2], [*rows[2][:4], SPOILT_SSIN, *rows[2][5:]], ["F3", *rows[2][1:]]])
    files = {"in UTF-8": ("lijst.csv", plain.encode()),
             "in UTF-8 with a byte order mark": ("lijst.csv", plain.encode("utf-8-sig")),
             "in Windows-1252": ("lijst.csv", plain.encode("cp1252")),
             "with line feeds only": ("lijst.csv", papers.delimited(rows, end="\n").encode()),
             "with tabs": ("lijst.csv", papers.delimited(rows, separator="\t").encode()),
             "with a line break inside quotes": ("lijst.csv", plain.encode()),
             "inside a ZIP file": ("lijst.zip", papers.zipped(lijst_csv=plain.encode())),
             "with a wrong national number on line 3": ("lijst.csv", spoilt.encode())}
    context.person = context.office.people[name]
    send(context, "X-FORMS-IN-RECEPTION", *files[shape])


@then("the list was read, {rows:d} rows and {bad:d} bad ones")
@then("the list was read, {rows:d} rows and {bad:d} bad one")
def was_read(context, rows, bad):
    read = reading(context)
    same((int(read.get("rows", 0)), int(read.get("badRows", 0))), (rows, bad), "rows and bad rows")


def bad_rows(context):
    return lists(context, "GetReading", {"readingId": reading(context)["readingId"]}).get("badRows", [])


@then("line {line:d} is listed with its reason, without a national number")
def line_listed(context, line):
    [row] = bad_rows(context)
    same(int(row["line"]), line, "line")
    same(row["problems"][0]["field"], "ssin", "field")
    assert row["problems"][0]["message"] and SPOILT_SSIN not in json.dumps(row["problems"])


@then("{name:Name}'s notice is there, with her name as it is written")
def notice_with_name(context, name):
    [one] = notices(context, person={"value": context.office.people[name].ssin})
    # What stands on a line of its own is one name all the same.
    assert context.label in {field["value"] for field in one["fields"]}, one["fields"]


@when("POD MI sends a list inside a ZIP file inside a ZIP file")
def sends_nested(context):
    context.data = papers.zipped(binnen_zip=papers.zipped(lijst_csv=b"X-DOSSIER;X-INSZ\r\n"))
    send(context, "X-FORMS-IN-RECEPTION", "lijst.zip", context.data)


@when("POD MI sends a ZIP file that grows without end")
def sends_bomb(context):
    context.data = papers.zipped(lijst_csv=b"0" * (64 << 20))
    assert len(context.data) < 100_000
    send(context, "X-FORMS-IN-RECEPTION", "lijst.zip", context.data)


@when("POD MI sends a {kind} file")
def sends_other_file(context, kind):
    context.data = {"PDF": papers.PDF, "DOC": papers.DOC}[kind]
    send(context, "X-FORMS-IN-RECEPTION", f"brief.{kind.lower()}", context.data)


@then('the list was not read, for reason "{reason}"')
def was_not_read(context, reason):
    read = reading(context)
    codes = {read.get("problemCode"), *(part.get("problemCode") for part in read.get("parts", []))}
    assert reason in codes, f"{codes} and not {reason}"
    same(int(read.get("rows", 0)), 0, "rows")


@then("the file itself is delivered")
def file_delivered(context):
    message = message_of(context)
    folder = context.world.folder / f"saved-{context.office.index}"
    folder.mkdir()
    saved = context.office.host("save", message["messageId"], message["attachments"][0]["attachmentId"], "--to", str(folder))
    with open(saved["path"], "rb") as file:
        assert file.read() == context.data, "other bytes"


@step('POD MI puts a monthly list in the e-Box that calls the dossier "{number}"')
def list_with_number(context, number):
    office = context.office
    data, _ = papers.signal_csv(office.latest(), "Naam", number)
    send(context, "X-KNIPPERLICHT-MONTHLY-LIST", "knipperlichten.csv", data)


@step('POD MI sends a list of that knipperlicht as XML with prefix "{prefix}"')
def xml_with_prefix(context, prefix):
    one = context.office.latest()
    _, row = papers.signal_csv(one, "Naam", one["dossierNumber"])
    send(context, "X-KNIPPERLICHT-MONTHLY-LIST", "knipperlichten.xml", papers.signal_xml(row, prefix))


# Layouts

EURO_LAYOUT = {
    "schema": "semafoor.layout/1", "name": "OWN-EUROS", "version": "2026-07-01", "origin": "administrator",
    "families": ["MESSAGE_FAMILY_CORRECTION"],
    "title": {"nl": "Eigen lijst", "fr": "Liste propre", "de": "Eigene Liste", "en": "Own list"},
    "format": {"kind": "delimited", "header": "names"},
    "columns": [{"field": "dossier", "names": ["Dossier"], "type": "dossier", "mandatory": True},
                {"field": "ssin", "names": ["INSZ"], "type": "ssin", "mandatory": True},
                {"field": "amount", "names": ["Euro"], "type": "amount", "amount": "comma"}]}


def layout_test(context, data, *options):
    file = context.world.folder / f"lijst-{context.office.index}.csv"
    file.write_bytes(data)
    done = context.world.run([context.world.bin / "semafoorctl", "layout", "test", file, "--json", *options], check=False)
    return json.loads(done.stdout)


@given("the administrator has a layout for lists with euros and a comma")
@when("the administrator has a layout for lists with euros and a comma")
def own_layout(context):
    context.layout = context.world.folder / f"layout-{context.office.index}.json"
    context.layout.write_text(json.dumps(EURO_LAYOUT))


@when('POD MI sends such a list that pays {name:Name} "{euro}"')
def sends_euros(context, name, euro):
    person = context.office.people[name]
    rows = [["Dossier", "INSZ", "Euro"], [person.dossiers[0]["number"], person.ssin, euro]]
    context.test = layout_test(context, papers.delimited(rows).encode(), "--layout", context.layout, "--all")


@then("the layout test reads {cents:d} eurocents")
def reads_cents(context, cents):
    assert str(cents) in json.dumps(context.test), context.test


@when("the administrator tries the layouts on a list with a wrong national number on line {line:d}")
def tries_layouts(context, line):
    rows = reception(context, "Anna")
    rows[line - 1][4] = SPOILT_SSIN
    context.test = layout_test(context, papers.delimited(rows).encode(), "--all")


@then("the test says what it read row by row, and why line {line:d} failed")
def says_row_by_row(context, line):
    text = json.dumps(context.test)
    assert "X-FORMS-IN-RECEPTION" in text, text
    assert "value.ssin" in text and f'"line": {line}' in text, text


@when("the administrator tries the layouts on a list whose columns nobody knows")
def tries_unknown(context):
    context.test = layout_test(context, b"Een;Twee\r\n1;2\r\n3;4\r\n")


@then("the test says that no layout fits")
def no_layout(context):
    assert "layout.unknown" in json.dumps(context.test), context.test
