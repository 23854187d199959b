// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"

namespace semafoor::documents {

// The codes that a column may be held to: by the name of the list, as a layout writes it.
class CodeLists {
 public:
  // "signal-types", "feedback-codes", "budget-articles", as compiled in.
  static CodeLists builtin();
  // The codes of a file of one of those kinds, in place of the list that is there. "data.invalid".
  Result<void> replace(const std::string& list, std::string_view json, const std::string& name);
  // The same for the list that the file's "schema" says it is, whose name it gives.
  Result<std::string> replace(std::string_view json, const std::string& name);

  static bool is_name(std::string_view list);
  bool has(const std::string& list, const std::string& code) const;

 private:
  std::map<std::string, std::set<std::string>> lists_;
};

}  // namespace semafoor::documents
