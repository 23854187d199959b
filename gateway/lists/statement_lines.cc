// SPDX-License-Identifier: Apache-2.0
#include "gateway/lists/statement_lines.h"

#include "gateway/domain/date.h"
#include "gateway/lists/entries.h"

namespace semafoor::lists {
namespace {

v1::StatementLaw law_of(documents::StatementLaw law) {
  switch (law) {
    case documents::StatementLaw::rmi:
      return v1::STATEMENT_LAW_RMI;
    case documents::StatementLaw::law_1965:
      return v1::STATEMENT_LAW_1965;
    case documents::StatementLaw::organic:
      return v1::STATEMENT_LAW_ORGANIC;
  }
  return v1::STATEMENT_LAW_UNSPECIFIED;
}

// The two count alike, from 0 and from 1.
v1::StatementAmountType type_of(documents::AmountType type) {
  return static_cast<v1::StatementAmountType>(static_cast<int>(type) + 1);
}

static_assert(static_cast<int>(documents::AmountType::grant) + 1 ==
              v1::STATEMENT_AMOUNT_TYPE_GRANT);
static_assert(static_cast<int>(documents::AmountType::recovery_regularisation) + 1 ==
              v1::STATEMENT_AMOUNT_TYPE_RECOVERY_REGULARISATION);

}  // namespace

v1::Date month_date(int yyyymm) {
  return domain::date_of_number(yyyymm * 100 + 1);
}

void fill_line(const documents::StatementLine& line, v1::StatementLine& to) {
  to.Clear();
  to.set_line(line.line);
  to.set_law(law_of(line.law));
  to.set_nis(line.nis);
  *to.mutable_month() = month_date(line.month);
  to.set_dossier_number(line.dossier);
  to.set_suffix(line.suffix);
  to.mutable_person()->set_value(line.ssin);
  to.set_reference(line.reference);
  to.set_type(type_of(line.type));
  if (line.first_day != 0)
    *to.mutable_period()->mutable_from() = domain::date_of_number(line.first_day);
  if (line.last_day != 0)
    *to.mutable_period()->mutable_to() = domain::date_of_number(line.last_day);
  to.set_article(line.article);
  to.mutable_amount()->set_eurocents(line.eurocents);
  to.set_category(line.category);
  to.set_name(line.name);
  for (const auto& [name, value] : line.rest) {
    auto& field = *to.add_rest();
    field.set_name(name);
    field.set_value(value);
  }
}

documents::StatementLine compared_line(const v1::StatementLine& line) {
  documents::StatementLine compared;
  compared.dossier = line.dossier_number();
  compared.suffix = line.suffix();
  compared.ssin = line.person().value();
  compared.reference = line.reference();
  compared.type = static_cast<documents::AmountType>(static_cast<int>(line.type()) - 1);
  compared.article = line.article();
  compared.eurocents = line.amount().eurocents();
  return compared;
}

v1::StatementChange change_of(const documents::StatementChange& change) {
  using Kind = documents::StatementChange::Kind;
  v1::StatementChange to;
  to.set_kind(change.kind == Kind::added  ? v1::STATEMENT_CHANGE_KIND_ADDED
              : change.kind == Kind::gone ? v1::STATEMENT_CHANGE_KIND_GONE
                                          : v1::STATEMENT_CHANGE_KIND_AMOUNT);
  to.set_dossier_number(change.key.dossier);
  to.set_suffix(change.key.suffix);
  to.mutable_person()->set_value(change.key.ssin);
  to.set_reference(change.key.reference);
  to.set_type(type_of(change.key.type));
  to.set_article(change.key.article);
  to.set_lines_before(change.lines_before);
  to.set_lines_now(change.lines_now);
  to.set_eurocents_before(change.eurocents_before);
  to.set_eurocents_now(change.eurocents_now);
  return to;
}

Result<v1::StatementLine> line_of(const store::StatementLine& stored) {
  v1::StatementLine line;
  if (!line.ParseFromString(stored.body)) return damaged_entry("statement line");
  line.set_number(stored.line);
  return line;
}

}  // namespace semafoor::lists
