// SPDX-License-Identifier: Apache-2.0
//
// What the registry of providers says: `MessageProvider` of the e-Box federation contract 1.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream::registry {

// Each provider is served by threads of its own: what lists more is not believed. The real
// federation has some twenty.
inline constexpr std::size_t kMostProviders = 64;

struct Maintenance {
  // Milliseconds UTC; it is away from the first and back at the second.
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

struct Provider {
  // 1-100 characters, none of them a control character.
  std::string id;
  v1::LocalizedText name;
  v1::LocalizedText description;
  // https, or http on this machine; without a slash at its end.
  std::string url;
  // Absent: the entry gave none, which the contract does not allow; it then counts as active.
  std::optional<v1::Date> activation;
  std::optional<v1::Date> deactivation;
  std::vector<Maintenance> maintenance;
  // As written: "2.1".
  std::string api_version;
  std::string contact;
};

struct Registry {
  std::vector<Provider> providers;
  // Entries that cannot be used. The reason holds nothing of their content.
  struct Rejected {
    // Its id when that is usable, otherwise its place: "entry 3".
    std::string id;
    std::string reason;
  };
  std::vector<Rejected> rejected;
};

}  // namespace semafoor::upstream::registry
