// SPDX-License-Identifier: Apache-2.0
//
// What an authority says about a request, in every generation of its messages, and what it means
// here: MSG00012 in an SSDN reply, in a status and in a fault is one thing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::upstream::soap {

enum class Severity { information, warning, error };

// INFORMATION, WARNING; every other word is an error (FATAL in CommonV3, ERROR in SSDN).
Severity severity_of(std::string_view word);

struct Reason {
  Severity severity = Severity::error;
  // MSG00012, SOA-01001; six characters in the replies to forms.
  std::string code;
  std::string text;
  // Who is responsible for the code.
  std::string author;
  // Fields that it is about, with their values.
  std::vector<std::pair<std::string, std::string>> fields;
};

// How many reasons and fields are kept of one answer: more than the schemas allow (30 and 15).
inline constexpr std::size_t kMostReasons = 64;
inline constexpr std::size_t kMostFields = 32;

// Whom an answer blames when no known code says more.
enum class Blame { request, upstream };

// The error of an answer that is a refusal: the first reason with a known code counts, else the
// first error, else `blame`. Its message has the middle and the end ("what happened" and "what to
// do"), without national numbers; who knows the request puts the beginning before it. `reference`
// is what the authority's support asks for, or empty.
//
// Codes: "upstream.unauthenticated", "upstream.forbidden", "upstream.unavailable",
// "upstream.refused", "ksz.not_integrated", "ksz.ssin_replaced", "ksz.ssin_unknown".
Error error_of(const std::vector<Reason>& reasons, Blame blame, std::string_view reference);

}  // namespace semafoor::upstream::soap
