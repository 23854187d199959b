// SPDX-License-Identifier: Apache-2.0
//
// The organisations of the sandbox, and the persons and dossiers they know. All invented.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace semafoor::sandbox::content {

struct Dossier {
  // Key in the pretended vendor's database.
  std::string reference;
  std::string label;
  // As POD MI would compare it, and as it is written in signals and lists (punctuation, lower case,
  // leading zeros).
  std::string number;
  std::string number_as_sent;
  // "RMI" or "LAW1965".
  std::string law;
  // Two digits, LAW1965 only.
  std::string suffix;
  std::string handler;
};

struct Person {
  std::string ssin;
  std::string first_name;
  std::string last_name;
  // Empty on purpose for every fifth person: signals about them match nothing.
  std::vector<Dossier> dossiers;
};

struct Organisation {
  std::string cbe;
  std::string name;
  std::string nis_code;
  // "nl", "fr" or "de".
  std::string language;
  std::vector<Person> persons;
};

// At most so many persons in one organisation; beyond 3,000 in one of the first 50 only.
inline constexpr std::uint32_t kMostPersons = 20'000;

std::vector<Organisation> make_organisations(std::uint64_t seed, int count, int persons_each);

// What `semafoor-sandbox persons` and GET /control/v1/persons show.
nlohmann::json to_json(const std::vector<Organisation>& organisations, std::uint64_t seed);

}  // namespace semafoor::sandbox::content
