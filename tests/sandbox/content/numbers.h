// SPDX-License-Identifier: Apache-2.0
//
// Identification numbers with valid check digits that belong to nobody.
// Rules: KSZ CommonV3 (INSZ), KBO/BCE (enterprise numbers), as summarised by python-stdnum be.nn,
// be.bis and be.vat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace semafoor::sandbox::content {

// Below 0200.000.000, where no enterprise number was ever given out. index 0 .. 999999.
std::string invented_cbe(std::uint32_t index);
bool valid_cbe(std::string_view number);

// Recognisably invented: births of 2090-2099 (check digits of the 2000s), every seventh one of
// 1900-1909 (check digits of the 1900s), and every eleventh a bis number (month + 40). Different
// indexes give different numbers up to 3,000,000.
std::string invented_ssin(std::uint64_t seed, std::uint32_t index);
bool valid_ssin(std::string_view number);
// A number that may take the place of this valid one: the same birth, the next counter; a bis
// number becomes a national number.
std::string next_ssin(std::string_view number);

// As POD MI compares dossier numbers (law of 1965, form A): letters and digits count, case and
// leading zeros do not.
std::string normalise_dossier_number(std::string_view number);

}  // namespace semafoor::sandbox::content
