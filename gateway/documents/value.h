// SPDX-License-Identifier: Apache-2.0
//
// One cell, as its column says it is to be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/documents/code_lists.h"
#include "gateway/documents/layout.h"
#include "gateway/documents/raw_row.h"

namespace semafoor::documents {

struct Value {
  // False when the cell is empty.
  bool present = false;
  // Text, SSIN (11 digits), NIS (5), CBE (10), dossier as POD MI compares them; of a code, what it
  // means. Empty for the others.
  std::string text;
  // A number; a date yyyymmdd, a month yyyymm; an amount in eurocents, with its sign; a sign 1 or
  // -1.
  std::int64_t number = 0;
};

// A row in words of its layout.
struct Row {
  std::int64_t line = 0;
  // One for each column, in the layout's order.
  std::vector<Value> values;
  // What no column describes, as it came: by name where the file has one, otherwise "rest" or the
  // place ("#7").
  std::vector<std::pair<std::string, std::string>> rest;
  // As it came; good until the next row.
  const RawRow* raw = nullptr;
};

struct BadRow {
  std::int64_t line = 0;
  // As it came, in UTF-8. May hold personal data, which the problems do not.
  std::string text;
  // At least one; at most eight.
  std::vector<Problem> problems;
};

// Amounts have at most ten digits with their cents, so that sums of any file are exact.
inline constexpr std::int64_t kLargestAmount = 9'999'999'999;

// White space around `cell` does not count. Codes: "value.missing", "value.number", "value.ssin",
// "value.nis", "value.cbe", "value.dossier", "value.date", "value.month", "value.amount",
// "value.sign", "value.code", "value.spreadsheet" (a number that a spreadsheet rewrote).
std::optional<Problem> read_value(const Column& column, std::string_view cell,
                                  const CodeLists& lists, Value& value);

// For people: "2026-10-31", "2026-10", "-14.60". Empty when there is none.
std::string shown(const Column& column, const Value& value);
// "-14.60".
std::string shown_amount(std::int64_t eurocents);

}  // namespace semafoor::documents
