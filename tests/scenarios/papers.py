# SPDX-License-Identifier: Apache-2.0
"""Files as POD MI may send them, made byte by byte: what the tests expect does not come from what is tested."""

import calendar
import io
import zipfile

LAWS = {"leefloon": "1", "equivalent leefloon": "2", "employment measures": "6"}
STATEMENTS = {"leefloon": "X-MONTHLY-STATEMENT-LEEFLOON", "equivalent leefloon": "X-MONTHLY-STATEMENT-EQUIVALENT-LEEFLOON",
              "employment measures": "X-MONTHLY-STATEMENT-EMPLOYMENT"}
NOTICES = {"yearly overview": "X-YEARLY-OVERVIEW", "forms in reception": "X-FORMS-IN-RECEPTION",
           "forms blocked": "X-FORMS-BLOCKED", "overlapping": "X-OVERLAPPING", "change of status": "X-STATUS-CHANGE",
           "error codes": "X-CORRECTION"}
FAMILIES = {"X-YEARLY-OVERVIEW": "MESSAGE_FAMILY_YEARLY_OVERVIEW", "X-FORMS-IN-RECEPTION": "MESSAGE_FAMILY_FORMS_IN_RECEPTION",
            "X-FORMS-BLOCKED": "MESSAGE_FAMILY_FORMS_BLOCKED", "X-OVERLAPPING": "MESSAGE_FAMILY_OVERLAPPING",
            "X-STATUS-CHANGE": "MESSAGE_FAMILY_STATUS_CHANGE", "X-CORRECTION": "MESSAGE_FAMILY_CORRECTION"}


def cents_of(euro):
    return int(round(float(euro) * 100))


def statement_fields(kind, nis, month, person, cents, article="X00001"):
    """Fields 1 to 15 of a line of the monthly statement (POD MI, primabook)."""
    dossier = person.dossiers[0]
    last = calendar.monthrange(month.year, month.month)[1]
    return [LAWS[kind], nis, f"{month:%Y%m}", dossier["number"], dossier.get("suffix", "") if kind == "equivalent leefloon" else "",
            person.ssin, "F00000000001", "3" if cents < 0 else "1", f"{month:%Y%m}01", f"{month:%Y%m}{last:02d}", article,
            "-" if cents < 0 else "+", f"{abs(cents):08d}", "1", person.facts["name"][:30]]


WIDTHS = (1, 5, 6, 11, 2, 11, 12, 1, 8, 8, 6, 1, 8, 1, 30)


def fixed(fields):
    return "".join(value.ljust(width) for value, width in zip(fields, WIDTHS))


def statement_text(rows, rest=""):
    return "".join(fixed(fields) + rest + "\r\n" for fields in rows).encode()


def statement_csv(rows):
    return "".join(";".join(fields) + "\r\n" for fields in rows).encode()


def zipped(**members):
    """`members`: bytes by name, with _ for the dot before the extension."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(".".join(name.rsplit("_", 1)), data)
    return out.getvalue()


RECEPTION = ("X-FORM", "X-LAW", "X-DOSSIER", "X-SUFFIX", "X-INSZ", "X-NAME", "X-RECEIVED", "X-STATE")


def reception_rows(first, second, name):
    """Two forms in reception; the first person's is under `name`."""
    def row(form, person, label):
        dossier = person.dossiers[0]
        return [form, dossier["law"], dossier["numberAsSent"], dossier.get("suffix", ""), person.ssin, label, "2026-07-02",
                "X-IN-RECEPTION"]
    return [list(RECEPTION), row("F1", first, name), row("F2", second, second.facts["name"])]


def delimited(rows, separator=";", end="\r\n"):
    def cell(value):
        return '"' + value.replace('"', '""') + '"' if any(c in value for c in separator + '"\n') else value
    return "".join(separator.join(map(cell, row)) + end for row in rows)


def signal_csv(signal, name, dossier_number):
    """The monthly list with this signal of the gateway alone, its dossier written so."""
    period = signal["referencePeriod"]

    def day(date):
        return f"{date['year']:04d}-{date['month']:02d}-{date['day']:02d}"
    rows = [["X-REFERENCE", "X-LAW", "X-DOSSIER", "X-SUFFIX", "X-INSZ", "X-NAME", "X-TYPE", "X-FROM", "X-TO"],
            [signal["signalReference"], "LAW1965" if signal["law"] == "LAW_1965" else "RMI", dossier_number,
             signal.get("suffix", ""), signal["person"]["value"], name, signal["signalType"], day(period["from"]),
             day(period["to"])]]
    return delimited(rows).encode(), rows[1]


def signal_xml(row, prefix):
    reference, law, dossier, suffix, ssin, name, kind, start, end = row
    p = prefix + ":"
    text = (f'<?xml version="1.0" encoding="UTF-8"?><{p}signals xmlns:{prefix}="urn:x-test"><{p}signal reference="{reference}">'
            f"<{p}dossier><{p}law>{law}</{p}law><{p}number>{dossier}</{p}number><{p}suffix>{suffix}</{p}suffix></{p}dossier>"
            f"<{p}person><{p}ssin>{ssin}</{p}ssin><{p}name>{name}</{p}name></{p}person><{p}type>{kind}</{p}type>"
            f"<{p}period><{p}from>{start}</{p}from><{p}to>{end}</{p}to></{p}period></{p}signal></{p}signals>")
    if not suffix:
        text = text.replace(f"<{p}suffix></{p}suffix>", "")
    return text.encode()


PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
