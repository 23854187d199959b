# SPDX-License-Identifier: Apache-2.0
"""What several steps compare by."""

LANGUAGES = ("nl", "fr", "de", "en")


def date_of(day):
    return {"year": day.year, "month": day.month, "day": day.day}


def same(found, wanted, what):
    assert found == wanted, f"{what}: {found}, not {wanted}"


def texts_of(text, languages=LANGUAGES):
    for language in languages:
        assert text.get(language), f"no text in {language}: {text}"
