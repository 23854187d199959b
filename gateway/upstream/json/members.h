// SPDX-License-Identifier: Apache-2.0
//
// Members of a JSON object that may be absent or of another kind.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace semafoor::upstream {

// null when it is not there, or `object` is none.
inline const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

// Empty when it is no text.
inline std::string text(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace semafoor::upstream
