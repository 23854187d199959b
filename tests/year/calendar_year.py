# SPDX-License-Identifier: Apache-2.0
"""Months."""


def add_months(month, count):
    """The first day of the month `count` later."""
    number = month.year * 12 + month.month - 1 + count
    return month.replace(year=number // 12, month=number % 12 + 1, day=1)


def months_from(start):
    return [add_months(start, count) for count in range(12)]
