// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/statement_difference.h"

#include <algorithm>

namespace semafoor::documents {

StatementKey key_of(const StatementLine& line) {
  return {.dossier = line.dossier,
          .suffix = line.suffix,
          .ssin = line.ssin,
          .reference = line.reference,
          .type = line.type,
          .article = line.article};
}

void StatementDifference::add(const StatementLine& line, bool now) {
  Sums& sums = sums_[key_of(line)];
  ++(now ? sums.lines_now : sums.lines_before);
  (now ? sums.now : sums.before) += line.eurocents;
}

void StatementDifference::changes(const std::function<void(const StatementChange&)>& hear) const {
  for (const auto& [key, sums] : sums_) {
    const bool both = sums.lines_before > 0 && sums.lines_now > 0;
    if (both && sums.before == sums.now) continue;
    hear({.kind = both                 ? StatementChange::Kind::amount
                  : sums.lines_now > 0 ? StatementChange::Kind::added
                                       : StatementChange::Kind::gone,
          .key = key,
          .lines_before = sums.lines_before,
          .lines_now = sums.lines_now,
          .eurocents_before = sums.before,
          .eurocents_now = sums.now});
  }
}

std::int64_t StatementDifference::same() const {
  return std::count_if(sums_.begin(), sums_.end(), [](const auto& entry) {
    const Sums& sums = entry.second;
    return sums.lines_before > 0 && sums.lines_now > 0 && sums.before == sums.now;
  });
}

}  // namespace semafoor::documents
