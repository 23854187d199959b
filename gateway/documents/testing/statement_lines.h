// SPDX-License-Identifier: Apache-2.0
//
// For tests: records of a monthly statement, as the page of POD MI describes them.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace semafoor::documents::testing {

struct TestLine {
  std::string law = "1";
  std::string nis = "24033";
  std::string month = "202610";
  std::string dossier = "2026/0117";
  std::string suffix;
  std::string ssin = "85073003328";
  std::string reference = "F00000001";
  std::string type = "1";
  std::string first_day = "20261001";
  std::string last_day = "20261031";
  std::string article = "X00002";
  std::string sign = "+";
  std::string amount = "00001460";
  std::string category = "2";
  std::string name = "Peeters Jan";
  std::string rest;
};

// All texts in one byte a character.
inline std::string record(const TestLine& line) {
  const auto left = [](std::string value, std::size_t width) {
    value.resize(width, ' ');
    return value;
  };
  return line.law + line.nis + line.month + left(line.dossier, 11) + left(line.suffix, 2) +
         line.ssin + left(line.reference, 12) + line.type + line.first_day + line.last_day +
         left(line.article, 6) + line.sign + line.amount + line.category + left(line.name, 30) +
         line.rest;
}

inline std::string csv_record(const TestLine& line) {
  std::string row;
  for (const auto& cell : {line.law, line.nis, line.month, line.dossier, line.suffix, line.ssin,
                           line.reference, line.type, line.first_day, line.last_day, line.article,
                           line.sign, line.amount, line.category, line.name})
    row += cell + ";";
  row.pop_back();
  return row;
}

// A valid number that is nobody's: born in a far future, made of `n`.
inline std::string invented_ssin(std::uint32_t n) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "99%02u%02u%03u", 1 + n / 28'000 % 12, 1 + n / 1000 % 28,
                n % 1000);
  std::int64_t nine = 0;
  for (int i = 0; i < 9; ++i) nine = nine * 10 + (digits[i] - '0');
  char check[16];
  std::snprintf(check, sizeof check, "%02d", 97 - static_cast<int>((2'000'000'000 + nine) % 97));
  return digits + std::string(check);
}

}  // namespace semafoor::documents::testing
