// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codes/in_force.h"
#include "gateway/domain/result.h"
#include "semafoor/v1/signals.pb.h"

namespace semafoor::signals {

// The kinds of signal. The official list is not public: the built-in one is of this project (codes
// "X-...").
class SignalTypes {
 public:
  // From `file`; the built-in list when empty. Errors "data.unreadable", "data.invalid" name the
  // place.
  static Result<SignalTypes> load(const std::filesystem::path& file = {});
  static Result<SignalTypes> parse(std::string_view json, const std::string& name);

  const std::vector<v1::SignalType>& all() const { return types_; }

 private:
  std::vector<v1::SignalType> types_;
};

// The list of a moment: that of the settings, or what was loaded since.
using TypesInForce = codes::InForce<SignalTypes>;

}  // namespace semafoor::signals
