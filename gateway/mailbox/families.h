// SPDX-License-Identifier: Apache-2.0
//
// What kind of message this is, by the message type of the provider (architecture, decision 9:
// codes are data).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::mailbox {

class Families {
 public:
  // From `file`; the built-in list (origin: project) when empty. Errors "data.unreadable",
  // "data.invalid" name the place.
  static Result<Families> load(const std::filesystem::path& file = {});
  static Result<Families> parse(std::string_view json, const std::string& name);

  // MESSAGE_FAMILY_OTHER for a type that is not on the list.
  v1::MessageFamily family_of(const std::string& message_type_id) const;
  const std::vector<v1::Family>& all() const { return families_; }

 private:
  std::vector<v1::Family> families_;
  std::map<std::string, v1::MessageFamily, std::less<>> by_type_;
};

}  // namespace semafoor::mailbox
