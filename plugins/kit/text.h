// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace semafoor::kit {

bool valid_utf8(std::string_view text);

// Printable ASCII only: what may stand in a plain metadata value.
bool printable_ascii(std::string_view text);

// Masks every run of eleven or more digits, also when it is written in groups: a national number
// that somebody put where a name was expected must not reach a log.
std::string without_numbers(std::string_view text);

// At most `limit` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t limit);

// The candidate that looks most like `word`, or empty when none does.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace semafoor::kit
