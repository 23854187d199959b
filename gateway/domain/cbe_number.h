// SPDX-License-Identifier: Apache-2.0
//
// Enterprise numbers (KBO/BCE).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace semafoor::domain {

// Ten digits, first 0 or 1, last two 97 - (first eight mod 97). Source: python-stdnum be.vat.
bool is_valid_cbe(std::string_view digits);

// A valid number; dots and a lost leading zero are mended (the e-Box documentation says that zeros
// get lost).
class CbeNumber {
 public:
  static std::optional<CbeNumber> parse(std::string_view text);
  const std::string& value() const { return value_; }

 private:
  explicit CbeNumber(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

// The number as an upstream gave it, with a lost zero mended; what is no valid number stays as it
// came. Introspection and registry drop the zero (e-Box documentation, dp/consultation_profile).
std::string padded_cbe(std::string_view text);

}  // namespace semafoor::domain
