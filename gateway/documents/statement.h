// SPDX-License-Identifier: Apache-2.0
//
// Lines of a monthly statement (maandstaat): leefloon, equivalent leefloon, employment measures.
// Fields 1 to 15 are as POD MI describes them: primabook.mi-is.be, nl/terugbetalingsprocedure/
// procedure/beschrijving-van-de-maandstaten. What follows the name is not public and stays as it
// is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/documents/layout.h"
#include "gateway/documents/value.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

// Field 1.
enum class StatementLaw { rmi, law_1965, organic };
// Field 8: a grant, arrears or a recovery, or the regularisation of one.
enum class AmountType {
  grant,
  arrears,
  recovery,
  grant_regularisation,
  arrears_regularisation,
  recovery_regularisation
};
std::string_view name_of(StatementLaw law);
std::string_view name_of(AmountType type);

struct StatementLine {
  std::int64_t line = 0;
  StatementLaw law = StatementLaw::rmi;
  // Field 2.
  std::string nis;
  // Field 3, of the definitive list: yyyymm.
  int month = 0;
  // Field 4, as POD MI compares them; field 5, law of 1965 alone.
  std::string dossier;
  std::string suffix;
  // Field 6.
  std::string ssin;
  // Field 7: of form B, under the law of 1965 of form D.
  std::string reference;
  AmountType type = AmountType::grant;
  // Fields 9 and 10: yyyymmdd; 0 where the line has none. Both days are paid.
  int first_day = 0;
  int last_day = 0;
  // Field 11.
  std::string article;
  // Fields 12 and 13, at 100 %.
  std::int64_t eurocents = 0;
  // Field 14: of leefloon; under the law of 1965 the status.
  std::string category;
  // Field 15.
  std::string name;
  std::vector<std::pair<std::string, std::string>> rest;
};

// Knows where a layout has the fields of a statement.
class StatementReader {
 public:
  static bool is_statement(const Layout& layout);
  // "layout.statement": a field is missing or of another type, or a code means something else.
  // `layout` outlives it.
  static Result<StatementReader> over(const Layout& layout);

  // Fills `line` from a row of the layout. "statement.period": the last day is before the first.
  std::optional<Problem> read(const Row& row, StatementLine& line) const;

 private:
  // Of each field of kFields its column; none for one that is not mandatory.
  std::vector<std::optional<std::size_t>> at_;
};

}  // namespace semafoor::documents
