// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/oauth/mandates.h"

namespace semafoor::sandbox::oauth {

void Mandates::put(const std::string& representative, const std::string& organisation,
                   bool validated) {
  std::lock_guard lock(mutex_);
  validated_[{representative, organisation}] = validated;
}

bool Mandates::remove(const std::string& representative, const std::string& organisation) {
  std::lock_guard lock(mutex_);
  return validated_.erase({representative, organisation}) > 0;
}

bool Mandates::has(const std::string& representative, const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  const auto found = validated_.find({representative, organisation});
  return found != validated_.end() && found->second;
}

http::Json Mandates::list() const {
  std::lock_guard lock(mutex_);
  http::Json list = http::Json::array();
  for (const auto& [who, validated] : validated_) {
    list.push_back(
        {{"representative", who.first}, {"organisation", who.second}, {"validated", validated}});
  }
  return list;
}

}  // namespace semafoor::sandbox::oauth
