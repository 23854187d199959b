// SPDX-License-Identifier: Apache-2.0
//
// Whether a provider of the registry is called now, and in which dialect.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/upstream/ebox_address.h"
#include "gateway/upstream/registry/provider.h"

namespace semafoor::upstream::registry {

enum class Standing {
  active,
  // Both are ignored, as the contract asks.
  not_yet_active,
  deactivated,
  // Away, as announced.
  maintenance,
  // It speaks 3, which the settings have not enabled; or something that nobody here speaks.
  dialect_off,
  dialect_unknown,
};

struct Choice {
  Standing standing = Standing::active;
  Dialect dialect = Dialect::v21;
  // Of a maintenance; 0 otherwise.
  std::int64_t until_ms = 0;
  // Half a sentence for people; empty for an active one: "is in planned maintenance until ...".
  std::string why;
  // It has mail, and is not called: whoever sees the result must be told.
  bool is_missed() const {
    return standing == Standing::maintenance || standing == Standing::dialect_off ||
           standing == Standing::dialect_unknown;
  }
};

// Dates count from midnight UTC: the registry does not say whose midnight it means.
Choice choose(const Provider& provider, std::int64_t now_ms, bool dialect3_enabled);

// "2026-11-28T23:42:00Z".
std::string written_moment(std::int64_t unix_ms);

}  // namespace semafoor::upstream::registry
