// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codes/in_force.h"
#include "gateway/domain/result.h"
#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

// The feedback codes, dated. The official list is not public: the built-in one is of this project
// (codes "X-...").
class CodeList {
 public:
  // From `file`; the built-in list when empty. Errors "data.unreadable", "data.invalid" name the
  // place.
  static Result<CodeList> load(const std::filesystem::path& file = {});
  static Result<CodeList> parse(std::string_view json, const std::string& name);

  const std::vector<v1::FeedbackCode>& all() const { return codes_; }
  // Those valid on `day` (yyyymmdd).
  std::vector<v1::FeedbackCode> valid_on(int day) const;
  // The row that is valid on `day` (yyyymmdd), or else another one of that code; nullptr when it is
  // not on the list.
  const v1::FeedbackCode* find(std::string_view code, int day) const;
  // Changes whenever the content does.
  const std::string& version() const { return version_; }

 private:
  std::vector<v1::FeedbackCode> codes_;
  std::string version_;
};

// The list of a moment: that of the settings, or what was loaded since.
using CodesInForce = codes::InForce<CodeList>;

}  // namespace semafoor::feedback
