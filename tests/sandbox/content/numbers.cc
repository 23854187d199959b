// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/numbers.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  for (char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::string two_digits(std::uint64_t value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

std::string invented_cbe(std::uint32_t index) {
  char base[16];
  std::snprintf(base, sizeof base, "01%06u", static_cast<unsigned>(index % 1000000));
  return std::string(base, 8) + two_digits(97 - number(std::string_view(base, 8)) % 97);
}

bool valid_cbe(std::string_view text) {
  return text.size() == 10 && all_digits(text) && (text[0] == '0' || text[0] == '1') &&
         number(text.substr(8)) == 97 - number(text.substr(0, 8)) % 97;
}

std::string invented_ssin(std::uint64_t seed, std::uint32_t index) {
  Random random(derive(seed, "ssin", index % 9970));
  bool old = index % 7 == 6;
  // Year and counter separate 9970 indexes; of those that share both, each has another day of the
  // year.
  auto year = (old ? 0 : 90) + index % 10;
  auto counter = 1 + (index / 10) % 997;
  auto day_of_year = (random.below(336) + index / 9970) % 336;
  auto month = 1 + day_of_year / 28;
  auto day = 1 + day_of_year % 28;
  if (index % 11 == 10) month += 40;
  char base[16];
  std::snprintf(base, sizeof base, "%02u%02u%02u%03u", static_cast<unsigned>(year),
                static_cast<unsigned>(month), static_cast<unsigned>(day),
                static_cast<unsigned>(counter));
  std::string nine(base, 9);
  auto checked = old ? number(nine) : number("2" + nine);
  return nine + two_digits(97 - checked % 97);
}

bool valid_ssin(std::string_view text) {
  if (text.size() != 11 || !all_digits(text)) return false;
  auto month = number(text.substr(2, 2));
  if (month % 20 > 12 || month > 52 || number(text.substr(4, 2)) > 31) return false;
  auto nine = number(text.substr(0, 9));
  auto check = number(text.substr(9));
  return check == 97 - nine % 97 || check == 97 - (nine + 2000000000U) % 97;
}

std::string next_ssin(std::string_view text) {
  auto nine = number(text.substr(0, 9));
  const bool old = number(text.substr(9)) == 97 - nine % 97;
  char base[16];
  std::snprintf(base, sizeof base, "%.2s%02u%.2s%03u", text.data(),
                static_cast<unsigned>(number(text.substr(2, 2)) % 20), text.data() + 4,
                static_cast<unsigned>(1 + number(text.substr(6, 3)) % 997));
  std::string result(base, 9);
  auto checked = old ? number(result) : number("2" + result);
  return result + two_digits(97 - checked % 97);
}

std::string normalise_dossier_number(std::string_view text) {
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0) continue;
    if (result.empty() && c == '0') continue;
    result += static_cast<char>(std::toupper(byte));
  }
  return result;
}

}  // namespace semafoor::sandbox::content
