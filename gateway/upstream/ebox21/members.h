// SPDX-License-Identifier: Apache-2.0
//
// Members of what a provider sends, read with tolerance: what is missing, null or of another type
// is empty. Source of the tolerance: reference ebox-api 2.3, 2.4 and 7.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/upstream/json/members.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::upstream::ebox21 {

// Longer identities are nobody's, and would end up in addresses and keys.
inline constexpr std::size_t kLongestId = 512;

bool flag(const nlohmann::json& object, const char* name, bool when_absent = false);
// Kilobytes: a number from 0.
std::optional<double> kilobytes(const nlohmann::json& object, const char* name);
// A whole number from 0.
std::optional<std::int64_t> count(const nlohmann::json& object, const char* name);
// yyyy-mm-dd at the beginning of a date or date-time; empty otherwise.
std::string day(const nlohmann::json& object, const char* name);
// An identity of at most kLongestId bytes without control characters, or empty. May come as a
// number from a careless provider.
std::string identity(const nlohmann::json& object, const char* name);
// The usable ones of a list of identities.
std::vector<std::string> identities(const nlohmann::json& object, const char* name);
v1::LocalizedText localized(const nlohmann::json& value);
bool is_empty(const v1::LocalizedText& value);
// The contract wraps every list; a bare array is read too.
const nlohmann::json& items(const nlohmann::json& list);
// Ten digits, although leading zeros get lost on the way (reference ebox-api 7).
std::string ten_digits(std::string number);

}  // namespace semafoor::upstream::ebox21
