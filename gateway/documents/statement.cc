// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/statement.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace semafoor::documents {
namespace {

constexpr std::array<std::pair<std::string_view, StatementLaw>, 3> kLaws{{
    {"rmi", StatementLaw::rmi},
    {"law1965", StatementLaw::law_1965},
    {"organic", StatementLaw::organic},
}};
constexpr std::array<std::pair<std::string_view, AmountType>, 6> kTypes{{
    {"grant", AmountType::grant},
    {"arrears", AmountType::arrears},
    {"recovery", AmountType::recovery},
    {"grantRegularisation", AmountType::grant_regularisation},
    {"arrearsRegularisation", AmountType::arrears_regularisation},
    {"recoveryRegularisation", AmountType::recovery_regularisation},
}};

enum Field : std::size_t {
  kLaw,
  kNis,
  kMonth,
  kDossier,
  kSuffix,
  kSsin,
  kReference,
  kType,
  kFirstDay,
  kLastDay,
  kArticle,
  kAmount,
  kCategory,
  kName,
};

struct Wanted {
  std::string_view field;
  ColumnType type;
  // The layout must have it, and a row a value.
  bool mandatory;
};

constexpr std::array kFields{
    Wanted{"law", ColumnType::code, true},        Wanted{"nis", ColumnType::nis, true},
    Wanted{"month", ColumnType::month, true},     Wanted{"dossier", ColumnType::dossier, true},
    Wanted{"suffix", ColumnType::text, false},    Wanted{"ssin", ColumnType::ssin, true},
    Wanted{"reference", ColumnType::text, false}, Wanted{"type", ColumnType::code, true},
    Wanted{"firstDay", ColumnType::date, false},  Wanted{"lastDay", ColumnType::date, false},
    Wanted{"article", ColumnType::text, true},    Wanted{"amount", ColumnType::amount, true},
    Wanted{"category", ColumnType::text, false},  Wanted{"name", ColumnType::text, false},
};

template <typename Value, std::size_t size>
std::optional<Value> meaning(const std::array<std::pair<std::string_view, Value>, size>& words,
                             std::string_view word) {
  for (const auto& [known, value] : words)
    if (known == word) return value;
  return std::nullopt;
}

template <typename Value, std::size_t size>
std::string_view word_of(const std::array<std::pair<std::string_view, Value>, size>& words,
                         Value value) {
  for (const auto& [word, known] : words)
    if (known == value) return word;
  return "?";
}

Error unfit(const Layout& layout, const std::string& problem) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "layout.statement",
               .message = "Reading a monthly statement by the layout " + layout.name + ": " +
                          problem + ". docs/layouts.md lists the fields of a statement."};
}

// What stands on the list of a code must be what a statement knows.
template <typename Words>
std::optional<Error> check_codes(const Layout& layout, const Column& column, const Words& words) {
  if (!column.code_list.empty())
    return unfit(layout, "the column \"" + column.field + "\" needs codes of its own");
  for (const auto& [code, word] : column.codes)
    if (!meaning(words, word))
      return unfit(layout, "the column \"" + column.field + "\" has a code that means \"" + word +
                               "\", which no statement knows");
  return std::nullopt;
}

}  // namespace

std::string_view name_of(StatementLaw law) {
  return word_of(kLaws, law);
}

std::string_view name_of(AmountType type) {
  return word_of(kTypes, type);
}

bool StatementReader::is_statement(const Layout& layout) {
  return std::any_of(layout.families.begin(), layout.families.end(), [](v1::MessageFamily family) {
    return family == v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON ||
           family == v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EQUIVALENT_LEEFLOON ||
           family == v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EMPLOYMENT;
  });
}

Result<StatementReader> StatementReader::over(const Layout& layout) {
  StatementReader reader;
  for (const Wanted& wanted : kFields) {
    const auto at = layout.column(wanted.field);
    const std::string named = "the column \"" + std::string(wanted.field) + "\"";
    if (!at && wanted.mandatory) return unfit(layout, named + " is missing");
    if (at && layout.columns[*at].type != wanted.type)
      return unfit(layout, named + " must be of the type " + std::string(name_of(wanted.type)));
    if (at && wanted.mandatory && !layout.columns[*at].mandatory)
      return unfit(layout, named + " must be mandatory");
    reader.at_.push_back(at);
  }
  if (auto problem = check_codes(layout, layout.columns[*reader.at_[kLaw]], kLaws))
    return *std::move(problem);
  if (auto problem = check_codes(layout, layout.columns[*reader.at_[kType]], kTypes))
    return *std::move(problem);
  return reader;
}

std::optional<Problem> StatementReader::read(const Row& row, StatementLine& line) const {
  static const Value kNothing;
  const auto value = [&](Field field) -> const Value& {
    return at_[field] ? row.values[*at_[field]] : kNothing;
  };
  line.line = row.line;
  // Both were checked when the reader was made.
  line.law = meaning(kLaws, value(kLaw).text).value_or(StatementLaw::rmi);
  line.type = meaning(kTypes, value(kType).text).value_or(AmountType::grant);
  line.nis = value(kNis).text;
  line.month = static_cast<int>(value(kMonth).number);
  line.dossier = value(kDossier).text;
  line.suffix = value(kSuffix).text;
  line.ssin = value(kSsin).text;
  line.reference = value(kReference).text;
  line.first_day = static_cast<int>(value(kFirstDay).number);
  line.last_day = static_cast<int>(value(kLastDay).number);
  line.article = value(kArticle).text;
  line.eurocents = value(kAmount).number;
  line.category = value(kCategory).text;
  line.name = value(kName).text;
  line.rest = row.rest;
  if (line.first_day == 0 || line.last_day == 0 || line.first_day <= line.last_day)
    return std::nullopt;
  return Problem{.code = "statement.period",
                 .message = "The last day paid is before the first. Is the layout right?",
                 .field = "lastDay"};
}

}  // namespace semafoor::documents
