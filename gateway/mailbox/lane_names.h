// SPDX-License-Identifier: Apache-2.0
//
// What is kept about one provider, by name. Without a registry there is one provider, the one of
// the settings, and the names are bare; with one, each provider has its own.
#pragma once

#include <string>

namespace semafoor::mailbox {

inline constexpr char kSyncDuty[] = "ebox.sync";
inline constexpr char kFetchDuty[] = "ebox.attachments";
inline constexpr char kRegistryDuty[] = "ebox.registry";
inline constexpr char kFetchTask[] = "attachment.fetch";
inline constexpr char kOtherTypes[] = "ebox.other_types";

struct LaneNames {
  // Id of the provider, as it goes into message identity.
  std::string provider;
  std::string sync_duty;
  std::string fetch_duty;
};

inline LaneNames names_of(const std::string& provider, bool registry) {
  if (!registry) return {provider, kSyncDuty, kFetchDuty};
  return {provider, std::string(kSyncDuty) + "." + provider,
          std::string(kFetchDuty) + "." + provider};
}

// Kind of the tasks that fetch a provider's attachments. The same with and without a registry: a
// message is asked of no other provider than its own, whatever the settings say meanwhile.
inline std::string fetch_kind(const std::string& provider) {
  return std::string(kFetchTask) + "." + provider;
}

// Of the cursor that keeps the receipt of the newest message up to which everything is here.
inline std::string newest_name(const std::string& provider) {
  return "ebox." + provider + ".newest_ms";
}

// Of the cursor that keeps a provider's own names of message types.
inline std::string other_types_name(const std::string& provider,
                                    const std::string& settings_provider) {
  return provider == settings_provider ? kOtherTypes : std::string(kOtherTypes) + "." + provider;
}

}  // namespace semafoor::mailbox
