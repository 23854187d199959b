// SPDX-License-Identifier: Apache-2.0
//
// From proto3 JSON to text for people.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace semafoor::reference_host {

using Json = nlohmann::ordered_json;

// 64-bit integers are texts in proto3 JSON.
int64_t as_number(const Json& value);
std::string as_text(const Json& object, const char* key);

// The text in `language`, or else in the first language that has one.
std::string localized(const Json& text, const std::string& language);
// {"unixMs":"0"} -> "1970-01-01 00:00"; absent -> "".
std::string moment(const Json& instant);
// {"year":2026,"month":7,"day":1} -> "2026-07-01"; absent -> "".
std::string day(const Json& date);
// {"from":...,"to":...} -> "2026-01-01 to 2026-03-31".
std::string period(const Json& value);
// {"eurocents":"123456"} -> "1234.56".
std::string money(const Json& amount);
// "SIGNAL_STATE_RECEIVED", "SIGNAL_STATE_" -> "received".
std::string short_name(const std::string& name, const std::string& prefix);
// The opposite, for options: "received" -> "SIGNAL_STATE_RECEIVED".
std::string full_name(const std::string& name, const std::string& prefix);

}  // namespace semafoor::reference_host
