// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::upstream {

// One path segment or query value, percent-encoded (RFC 3986: all but unreserved characters).
std::string percent_encoded(std::string_view text);

// "?a=1&b=2" of the non-empty values; empty when there is none.
std::string query_string(const std::vector<std::pair<std::string_view, std::string>>& parameters);

// Whether an http(s) address is of this machine: what goes there leaves nothing to a network.
bool is_this_machine(std::string_view url);

// Whether `url` lies at or under `base_url` (no slash at its end): the same scheme, host and port,
// and the same path or one below it.
bool lies_under(std::string_view base_url, std::string_view url);

// What an error may show of an address: no user, no query, no fragment.
std::string shown_url(std::string_view url);

// An address of an upstream from the settings, without a slash at its end. Refuses what is not
// http or https, and clear http to anything but this machine: a token would travel in it.
// `setting` names the setting in the error. "upstream.bad_url".
Result<std::string> checked_base_url(std::string_view url, const std::string& setting);

// The part of `href` after `base_url` when it lies under it ("/ebox/messages/…"), or empty. A
// relative href that starts with '/' counts from the origin of `base_url`.
std::string path_under(std::string_view base_url, std::string_view href);

}  // namespace semafoor::upstream
