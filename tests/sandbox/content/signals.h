// SPDX-License-Identifier: Apache-2.0
//
// Knipperlichten. The schema and every code are of this project (prefix X-): the real ones are not
// public.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/content/people.h"

namespace semafoor::sandbox::content {

struct Signal {
  // At most 20 characters.
  std::string reference;
  std::string law;
  std::string nis_code;
  std::string organisation;
  std::string dossier_number;
  std::string suffix;
  std::string ssin;
  // The number that `ssin` took the place of; mostly empty.
  std::string replaces_ssin;
  // For the lists in the e-Box only; never in the event.
  std::string person_name;
  std::string form_reference;
  std::string type;
  std::string source_flow;
  Day from, to;
  std::optional<std::int64_t> eurocents;
  std::vector<std::pair<std::string, std::string>> fields;
  Day detected_on;
  std::string cycle;
};

inline constexpr std::string_view kSignalService = "x-podmi-knipperlicht.v1";
inline constexpr std::string_view kMailboxSource = "urn:x-podmi:mailbox";

// `index` makes the reference and everything else; each index is another signal (person, type and
// period differ).
Signal make_signal(std::uint64_t seed, const Organisation& organisation, std::uint32_t index,
                   Day anchor);
std::vector<Signal> make_signals(std::uint64_t seed, const Organisation& organisation, int count,
                                 Day anchor);

// The payload "X-signal/1".
nlohmann::json to_data(const Signal& signal, std::uint64_t sequence, int repetition);

// The list of types is open: whatever begins so is one that nobody has heard of yet.
inline constexpr std::string_view kNewTypes = "X-NEW-";
bool known_signal_type(std::string_view type);
// Makes it one of this known type, with the flow, the amount and the field that belong to it.
void retype(Signal& signal, std::string_view type, std::uint64_t key);

}  // namespace semafoor::sandbox::content
