# SPDX-License-Identifier: Apache-2.0
"""The words that steps are made of: days, months, money, sources, states."""

import datetime

from behave import register_type
from parse import with_pattern

from tests.scenarios.office import CHANNELS, SOURCES, STATES


# `parse` looks away from capitals; a name begins with one.
def exactly(pattern):
    return f"(?-i:{pattern})"


def one_of(words):
    return "|".join(sorted(words, key=len, reverse=True))


@with_pattern(exactly(r"\d{1,2} [A-Z][a-z]+ \d{4}"))
def day(text):
    return datetime.datetime.strptime(text, "%d %B %Y").date()


@with_pattern(exactly(r"[A-Z][a-z]+ \d{4}"))
def month(text):
    return datetime.datetime.strptime(text, "%B %Y").date()


@with_pattern(exactly("[A-ZÉ][a-zéïü]+"))
def name(text):
    return text


@with_pattern(one_of(SOURCES))
def source(text):
    return text


@with_pattern(one_of(STATES))
def state(text):
    return STATES[text]


@with_pattern(f"(?:{one_of(CHANNELS)})(?:(?:, | and )(?:{one_of(CHANNELS)}))*")
def channels(text):
    return [CHANNELS[part] for part in text.replace(" and ", ", ").split(", ")]


@with_pattern(r"\d+\.\d\d")
def euro(text):
    return int(text.replace(".", ""))


@with_pattern("an equivalent leefloon|a leefloon")
def law(text):
    return "LAW1965" if "equivalent" in text else "RMI"


@with_pattern(exactly("X-[A-Z0-9-]+"))
def code(text):
    return text


register_type(Day=day, Month=month, Name=name, Source=source, State=state, Channels=channels, Euro=euro, Law=law, Code=code)
