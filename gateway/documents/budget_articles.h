// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::documents {

// A budget article, dated. The official table is not in a copy we could read: the built-in one is
// of this project ("X00001").
struct BudgetArticle {
  std::string article;
  v1::Origin origin = v1::ORIGIN_UNSPECIFIED;
  v1::LocalizedText text;
  // Days yyyymmdd that belong to it; 99991231 for an open end.
  int valid_from = 0;
  int valid_to = 0;
  // What the State pays: hundredths of a percent of the amount.
  int share = 0;
};

class BudgetArticles {
 public:
  // From `file`; the built-in table when empty. Errors "data.unreadable", "data.invalid" name the
  // place.
  static Result<BudgetArticles> load(const std::filesystem::path& file = {});
  static Result<BudgetArticles> parse(std::string_view json, const std::string& name);

  // As it is in a month yyyymm, on its first day; nullptr when the table does not have it.
  const BudgetArticle* find(std::string_view article, int month) const;
  std::size_t size() const { return size_; }

 private:
  std::map<std::string, std::vector<BudgetArticle>, std::less<>> articles_;
  std::size_t size_ = 0;
};

// The State's part of an amount in eurocents, rounded to a cent, halves away from zero (the rule is
// ours: none is published).
std::int64_t state_share(std::int64_t eurocents, int share);

}  // namespace semafoor::documents
