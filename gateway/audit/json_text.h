// SPDX-License-Identifier: Apache-2.0
//
// Members of the JSON that this room writes and reads again: what is missing or of another kind
// reads as nothing, and is found when the text is compared with what would have been written.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace semafoor::audit {

inline std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

inline std::int64_t number_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

}  // namespace semafoor::audit
