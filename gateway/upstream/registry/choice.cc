// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/registry/choice.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "gateway/domain/date.h"

namespace semafoor::upstream::registry {
namespace {

// 2 of "2.1", "2" and "v2.1.0"; nothing of what is no version.
std::optional<int> major_of(std::string_view version) {
  if (version.starts_with('v') || version.starts_with('V')) version.remove_prefix(1);
  int number = 0;
  const auto [end, problem] =
      std::from_chars(version.data(), version.data() + version.size(), number);
  if (problem != std::errc() || number < 0) return std::nullopt;
  if (end != version.data() + version.size() && *end != '.') return std::nullopt;
  return number;
}

Choice by_version(const Provider& provider, bool dialect3_enabled) {
  const std::optional<int> major = major_of(provider.api_version);
  if (major == 1 || major == 2) return {};
  Choice choice{.dialect = Dialect::v3};
  if (major != 3) {
    choice.standing = Standing::dialect_unknown;
    choice.why = "speaks \"" + provider.api_version + "\", which this gateway does not know";
  } else if (!dialect3_enabled) {
    choice.standing = Standing::dialect_off;
    choice.why = "speaks " + provider.api_version + ", not enabled";
  }
  return choice;
}

}  // namespace

Choice choose(const Provider& provider, std::int64_t now_ms, bool dialect3_enabled) {
  const int today = domain::date_number(domain::date_of_ms(now_ms));
  if (provider.activation && today < domain::date_number(*provider.activation)) {
    return {.standing = Standing::not_yet_active,
            .why = "is not active before " + domain::write_date(*provider.activation)};
  }
  if (provider.deactivation && today >= domain::date_number(*provider.deactivation)) {
    return {.standing = Standing::deactivated,
            .why = "is deactivated since " + domain::write_date(*provider.deactivation)};
  }
  Choice choice = by_version(provider, dialect3_enabled);
  if (choice.standing != Standing::active) return choice;
  // One maintenance may begin in another.
  for (const Maintenance& one : provider.maintenance) {
    if (one.from_ms <= now_ms && now_ms < one.to_ms) {
      choice.standing = Standing::maintenance;
      choice.until_ms = std::max(choice.until_ms, one.to_ms);
    }
  }
  if (choice.standing == Standing::maintenance) {
    choice.why = "is in planned maintenance until " + written_moment(choice.until_ms);
  }
  return choice;
}

std::string written_moment(std::int64_t unix_ms) {
  const v1::Date date = domain::date_of_ms(unix_ms);
  const std::int64_t seconds = (unix_ms - domain::ms_of_date(date)) / 1000;
  char time[32];
  std::snprintf(time, sizeof time, "T%02d:%02d:%02dZ", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return domain::write_date(date) + time;
}

}  // namespace semafoor::upstream::registry
