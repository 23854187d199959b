// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "gateway/documents/statement.h"

namespace semafoor::documents {

// What makes a line of this month the same as one of last month.
struct StatementKey {
  std::string dossier;
  std::string suffix;
  std::string ssin;
  std::string reference;
  AmountType type = AmountType::grant;
  std::string article;

  auto operator<=>(const StatementKey&) const = default;
};
StatementKey key_of(const StatementLine& line);

struct StatementChange {
  enum class Kind { added, gone, amount };
  Kind kind = Kind::added;
  StatementKey key;
  // Lines with this key, and their sum; 0 where there are none.
  std::int64_t lines_before = 0;
  std::int64_t lines_now = 0;
  std::int64_t eurocents_before = 0;
  std::int64_t eurocents_now = 0;
};

// Two months, line by line, each in any order. Several lines with one key are summed: how a sum is
// cut into lines is no difference. Memory grows with the number of keys.
class StatementDifference {
 public:
  void add_before(const StatementLine& line) { add(line, false); }
  void add_now(const StatementLine& line) { add(line, true); }

  // In the order of the keys; without those whose sum is the same.
  void changes(const std::function<void(const StatementChange&)>& hear) const;
  std::int64_t same() const;

 private:
  struct Sums {
    std::int64_t lines_before = 0;
    std::int64_t lines_now = 0;
    std::int64_t before = 0;
    std::int64_t now = 0;
  };
  void add(const StatementLine& line, bool now);
  std::map<StatementKey, Sums> sums_;
};

}  // namespace semafoor::documents
