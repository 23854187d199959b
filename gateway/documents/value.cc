// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/value.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/masking.h"
#include "gateway/domain/ssin.h"
#include "gateway/domain/text.h"

namespace semafoor::documents {
namespace {

constexpr std::size_t kQuoted = 40;
constexpr std::size_t kDossier = 11;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Spaces, tabs and the space that does not break (U+00A0).
std::string_view without_space(std::string_view cell) {
  for (;;) {
    if (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t'))
      cell.remove_prefix(1);
    else if (cell.starts_with("\xc2\xa0"))
      cell.remove_prefix(2);
    else
      break;
  }
  for (;;) {
    if (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t' || cell.back() == '\r'))
      cell.remove_suffix(1);
    else if (cell.ends_with("\xc2\xa0"))
      cell.remove_suffix(2);
    else
      break;
  }
  return cell;
}

// A piece of what stands there; columns that lie may show a person's number.
std::string quoted(std::string_view cell) {
  std::string text = domain::mask_national_numbers(cell);
  const bool cut = text.size() > kQuoted;
  text.resize(std::min(text.size(), kQuoted));
  return "\"" + domain::as_utf8(text) + (cut ? "...\"" : "\"");
}

Problem wrong(const Column& column, const char* code, const std::string& problem) {
  return Problem{.code = code,
                 .message = "Column \"" + column.field + "\": " + problem + ".",
                 .field = column.field};
}

// "8,50730E+10".
bool is_rewritten(std::string_view cell) {
  const std::size_t e = cell.find_first_of("Ee");
  return e != std::string_view::npos && e > 0 && e + 1 < cell.size() && is_digit(cell[0]) &&
         cell.substr(0, e).find_first_not_of("0123456789.,") == std::string_view::npos &&
         cell.substr(e + 1).find_first_not_of("0123456789+") == std::string_view::npos;
}

std::optional<Problem> rewritten(const Column& column, std::string_view cell) {
  if (!is_rewritten(cell)) return std::nullopt;
  return wrong(column, "value.spreadsheet",
               "a spreadsheet rewrote the number as " + quoted(cell) +
                   "; its digits are lost. Take the file as it came");
}

// Up to 18 digits; nothing when there is something else.
std::optional<std::int64_t> whole(std::string_view digits) {
  if (!all_digits(digits) || digits.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<Problem> read_number(const Column& column, std::string_view cell, Value& value) {
  const bool minus = cell.starts_with('-');
  const auto number = whole(cell.substr(minus || cell.starts_with('+') ? 1 : 0));
  if (!number)
    return wrong(column, "value.number", "expected a whole number, found " + quoted(cell));
  value.number = minus ? -*number : *number;
  return std::nullopt;
}

std::optional<Problem> read_ssin(const Column& column, std::string_view cell, Value& value) {
  if (auto problem = rewritten(column, cell)) return problem;
  value.text.clear();
  for (const char c : cell) {
    if (c == '.' || c == '-' || c == ' ' || c == '/') continue;
    value.text += c;
  }
  // Spreadsheets drop the zeros of who was born in 2000 and after.
  if (all_digits(value.text) && value.text.size() >= 8 && value.text.size() < 11)
    value.text.insert(0, 11 - value.text.size(), '0');
  if (domain::is_valid_ssin(value.text)) return std::nullopt;
  const bool digits = all_digits(value.text) && value.text.size() == 11;
  return wrong(column, "value.ssin",
               digits ? "the check number of the national number is wrong, or its month or day"
                      : "expected a national number of eleven digits, found " + quoted(cell));
}

std::optional<Problem> read_nis(const Column& column, std::string_view cell, Value& value) {
  if (cell.size() != 5 || !all_digits(cell) || cell[0] == '0')
    return wrong(column, "value.nis", "expected a NIS code of five digits, found " + quoted(cell));
  value.text = cell;
  return std::nullopt;
}

std::optional<Problem> read_cbe(const Column& column, std::string_view cell, Value& value) {
  if (auto problem = rewritten(column, cell)) return problem;
  const auto number = domain::CbeNumber::parse(cell);
  if (!number)
    return wrong(column, "value.cbe",
                 "expected an enterprise number with its check number, found " + quoted(cell));
  value.text = number->value();
  return std::nullopt;
}

std::optional<Problem> read_dossier(const Column& column, std::string_view cell, Value& value) {
  if (auto problem = rewritten(column, cell)) return problem;
  value.text = domain::normalised_dossier(cell);
  if (!value.text.empty() && value.text.size() <= kDossier) return std::nullopt;
  return wrong(
      column, "value.dossier",
      "expected a dossier number of at most eleven letters and digits, found " + quoted(cell));
}

// By the letters of the pattern; -1 when it does not fit.
int by_pattern(std::string_view pattern, std::string_view cell, bool day) {
  if (cell.size() != pattern.size()) return -1;
  int year = 0;
  int month = 0;
  int days = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    int* const part = pattern[i] == 'y'   ? &year
                      : pattern[i] == 'm' ? &month
                      : pattern[i] == 'd' ? &days
                                          : nullptr;
    if (part == nullptr) {
      if (cell[i] != pattern[i]) return -1;
    } else if (is_digit(cell[i])) {
      *part = *part * 10 + (cell[i] - '0');
    } else {
      return -1;
    }
  }
  if (year < 1900 || month < 1 || month > 12) return -1;
  if (!day) return year * 100 + month;
  const int number = (year * 100 + month) * 100 + days;
  // Every month has these.
  const bool there =
      (days >= 1 && days <= 28) || domain::is_valid_date(domain::date_of_number(number));
  return there ? number : -1;
}

std::optional<Problem> read_day(const Column& column, std::string_view cell, Value& value) {
  const bool day = column.type == ColumnType::date;
  std::string padded;
  // 1/2/2026 where dd/mm/yyyy is asked for.
  if (cell.size() < column.pattern.size() && cell.size() >= 6 &&
      column.pattern.find_first_of("-/. ") != std::string::npos) {
    std::size_t digits = 0;
    for (const char c : cell) {
      if (is_digit(c)) {
        ++digits;
      } else {
        if (digits == 1) padded.insert(padded.size() - 1, 1, '0');
        digits = 0;
      }
      padded += c;
    }
    if (digits == 1) padded.insert(padded.size() - 1, 1, '0');
    cell = padded;
  }
  const int number = by_pattern(column.pattern, cell, day);
  if (number < 0)
    return wrong(column, day ? "value.date" : "value.month",
                 (day ? "expected a date " : "expected a month ") + column.pattern + ", found " +
                     quoted(cell));
  value.number = number;
  return std::nullopt;
}

// Euros in groups of three, or without groups; nothing when it is neither.
std::optional<std::string> ungrouped(std::string_view euros, char group) {
  std::string digits;
  std::size_t since = 0;
  bool grouped = false;
  for (const char c : euros) {
    if (is_digit(c)) {
      digits += c;
      ++since;
      continue;
    }
    const bool first = !grouped;
    if ((c != group && c != ' ') || since == 0 || since > 3 || (!first && since != 3))
      return std::nullopt;
    grouped = true;
    since = 0;
  }
  if (digits.empty() || (grouped && since != 3)) return std::nullopt;
  return digits;
}

std::optional<std::int64_t> eurocents(Column::Amount form, std::string_view text) {
  if (form == Column::Amount::cents) return whole(text);
  const char mark = form == Column::Amount::comma ? ',' : '.';
  const std::size_t at = text.find(mark);
  const std::string_view cents = at == std::string_view::npos ? "" : text.substr(at + 1);
  if (at != std::string_view::npos && (cents.empty() || cents.size() > 2 || !all_digits(cents)))
    return std::nullopt;
  auto digits = ungrouped(text.substr(0, at), mark == ',' ? '.' : ',');
  if (!digits) return std::nullopt;
  return whole(digits->append(cents).append(2 - cents.size(), '0'));
}

std::optional<Problem> read_amount(const Column& column, std::string_view cell, Value& value) {
  std::string_view text = cell;
  bool minus = false;
  if (text.starts_with("\xe2\x82\xac")) text = without_space(text.substr(3));
  if (text.ends_with("\xe2\x82\xac")) text = without_space(text.substr(0, text.size() - 3));
  if (text.starts_with('-') || text.starts_with('+')) {
    minus = text[0] == '-';
    text = without_space(text.substr(1));
  } else if (text.ends_with('-') || text.ends_with('+')) {
    minus = text.back() == '-';
    text = without_space(text.substr(0, text.size() - 1));
  }
  const auto amount = eurocents(column.amount, text);
  if (!amount || *amount > kLargestAmount) {
    static constexpr const char* kForms[] = {"whole eurocents", "euros as 1.234,56",
                                             "euros as 1,234.56"};
    return wrong(column, "value.amount",
                 "expected " + std::string(kForms[static_cast<int>(column.amount)]) + ", found " +
                     quoted(cell));
  }
  value.number = minus ? -*amount : *amount;
  return std::nullopt;
}

std::optional<Problem> read_sign(const Column& column, std::string_view cell, Value& value) {
  if (cell != "+" && cell != "-")
    return wrong(column, "value.sign", "expected + or -, found " + quoted(cell));
  value.number = cell == "-" ? -1 : 1;
  return std::nullopt;
}

std::optional<Problem> read_code(const Column& column, std::string_view cell,
                                 const CodeLists& lists, Value& value) {
  if (!column.code_list.empty()) {
    value.text = cell;
    if (lists.has(column.code_list, value.text)) return std::nullopt;
    return wrong(column, "value.code",
                 quoted(cell) + " is not on the list " + column.code_list +
                     ". Load the list that has it, or correct the layout");
  }
  std::string known;
  for (const auto& [code, meaning] : column.codes) {
    if (code == cell) {
      value.text = meaning;
      return std::nullopt;
    }
    if (known.size() < 80) known += (known.empty() ? "" : ", ") + code;
  }
  return wrong(column, "value.code", "expected one of " + known + "; found " + quoted(cell));
}

}  // namespace

std::optional<Problem> read_value(const Column& column, std::string_view cell,
                                  const CodeLists& lists, Value& value) {
  cell = without_space(cell);
  value.present = !cell.empty();
  value.number = 0;
  if (!value.present) {
    value.text.clear();
    if (!column.mandatory) return std::nullopt;
    return wrong(column, "value.missing", "it is empty and must not be");
  }
  switch (column.type) {
    case ColumnType::text:
      value.text = cell;
      return std::nullopt;
    case ColumnType::number:
      return read_number(column, cell, value);
    case ColumnType::ssin:
      return read_ssin(column, cell, value);
    case ColumnType::nis:
      return read_nis(column, cell, value);
    case ColumnType::cbe:
      return read_cbe(column, cell, value);
    case ColumnType::dossier:
      return read_dossier(column, cell, value);
    case ColumnType::date:
    case ColumnType::month:
      return read_day(column, cell, value);
    case ColumnType::amount:
      return read_amount(column, cell, value);
    case ColumnType::sign:
      return read_sign(column, cell, value);
    case ColumnType::code:
      break;
  }
  return read_code(column, cell, lists, value);
}

std::string shown_amount(std::int64_t eurocents) {
  const std::int64_t size = eurocents < 0 ? -eurocents : eurocents;
  char text[32];
  std::snprintf(text, sizeof text, "%s%lld.%02d", eurocents < 0 ? "-" : "",
                static_cast<long long>(size / 100), static_cast<int>(size % 100));
  return text;
}

std::string shown(const Column& column, const Value& value) {
  if (!value.present) return "";
  char text[32];
  const auto number = static_cast<int>(value.number);
  switch (column.type) {
    case ColumnType::number:
      return std::to_string(value.number);
    case ColumnType::date:
      std::snprintf(text, sizeof text, "%04d-%02d-%02d", number / 10000, number / 100 % 100,
                    number % 100);
      return text;
    case ColumnType::month:
      std::snprintf(text, sizeof text, "%04d-%02d", number / 100, number % 100);
      return text;
    case ColumnType::amount:
      return shown_amount(value.number);
    case ColumnType::sign:
      return value.number < 0 ? "-" : "+";
    default:
      return value.text;
  }
}

}  // namespace semafoor::documents
