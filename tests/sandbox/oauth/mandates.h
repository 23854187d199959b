// SPDX-License-Identifier: Apache-2.0
//
// Who may act for whom: what Mahis knows of service providers, and the answer of "hasMandate" of
// the Partition API (reference ebox-api, section 4). All functions [any-thread].
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::oauth {

inline constexpr const char* kOnBehalfOf = "on-behalf-of-enterprise-number";

class Mandates {
 public:
  // Both CBE numbers. One that the represented enterprise has not validated does not count.
  void put(const std::string& representative, const std::string& organisation, bool validated);
  bool remove(const std::string& representative, const std::string& organisation);
  bool has(const std::string& representative, const std::string& organisation) const;
  http::Json list() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, bool> validated_;
};

}  // namespace semafoor::sandbox::oauth
