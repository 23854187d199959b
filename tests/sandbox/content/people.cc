// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/people.h"

#include <array>
#include <cstdio>
#include <stdexcept>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

struct Named {
  const char* name;
  const char* language;
};

constexpr std::array<Named, 6> kOrganisations{{{"OCMW Voorbeeldegem", "nl"},
                                               {"CPAS de Saint-Exemple", "fr"},
                                               {"ÖSHZ Musterdorf", "de"},
                                               {"OCMW Fictiehove", "nl"},
                                               {"CPAS de Factice-sur-Lesse", "fr"},
                                               {"OCMW Testelare", "nl"}}};
constexpr std::array kFirstNames{"Anna",   "Bram",    "Céline", "Dirk",   "Élodie",  "Ferre",
                                 "Greta",  "Hugo",    "Inès",   "Jürgen", "Katrien", "Léon",
                                 "Marthe", "Noël",    "Odile",  "Pieter", "Quinten", "Renée",
                                 "Saïd",   "Thérèse", "Ugo",    "Vera",   "Wout",    "Yasmina"};
constexpr std::array kLastNames{"Proefpersoon", "Denkbeeldig", "Exemple",    "Fictief",
                                "Muster",       "Voorbeeld",   "Imaginaire", "Verzonnen",
                                "Beispiel",     "Factice",     "Testman",    "D'Essai"};
constexpr std::array kHandlers{"handler-anke", "handler-bilal", "handler-chloe"};

// Each organisation has its own range, so that how many persons are asked for changes nobody's
// number. The second range begins after the first ones of all organisations that may use it.
std::uint32_t ssin_index(std::uint32_t organisation, std::uint32_t person) {
  constexpr std::uint32_t kFirstRange = 3000, kSecondStart = 2'000'000;
  if (person < kFirstRange) return organisation * kFirstRange + person;
  return kSecondStart + organisation * kMostPersons + (person - kFirstRange);
}

// The same number as somebody would type it: POD MI ignores the difference.
std::string disguise(const std::string& number, std::uint32_t index) {
  switch (index % 4) {
    case 0:
      return number;
    case 1:
      return number.substr(0, 2) + "." + number.substr(2, 6);
    case 2:
      return "00" + number;
    default: {
      std::string lower = number.substr(0, 3) + "/" + number.substr(3);
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      return lower;
    }
  }
}

Dossier make_dossier(std::uint32_t person, std::uint32_t which, const std::string& owner) {
  char number[16];
  // Eight characters, so that every disguise stays within the eleven that the forms allow.
  std::snprintf(number, sizeof number, "%s%05u%u", which == 0 ? "VB" : "ZV", (person + 1) % 100000,
                which);
  Dossier dossier;
  dossier.number = number;
  dossier.number_as_sent = disguise(dossier.number, person + which);
  dossier.law = (person % 3 == 1) != (which == 1) ? "LAW1965" : "RMI";
  if (dossier.law == "LAW1965") dossier.suffix = "00";
  dossier.reference = "dossier-" + dossier.number;
  dossier.label = owner + " (" + (dossier.law == "RMI" ? "leefloon" : "wet 1965") + ")";
  dossier.handler = kHandlers[(person + which) % kHandlers.size()];
  return dossier;
}

}  // namespace

std::vector<Organisation> make_organisations(std::uint64_t seed, int count, int persons_each) {
  constexpr int kFew = 50, kFewPersons = 3000;
  if (count > kFew && persons_each > kFewPersons) {
    throw std::invalid_argument("more than 50 organisations have at most 3,000 persons each");
  }
  std::vector<Organisation> result;
  for (int i = 0; i < count; ++i) {
    const auto& named = kOrganisations[static_cast<std::size_t>(i) % kOrganisations.size()];
    Organisation organisation;
    organisation.cbe = invented_cbe(static_cast<std::uint32_t>(1001 + i));
    organisation.name = named.name;
    if (i >= static_cast<int>(kOrganisations.size())) {
      organisation.name += " " + std::to_string(i + 1);
    }
    // 99xxx: no municipality has such a code.
    organisation.nis_code = std::to_string(99001 + i % 999);
    organisation.language = named.language;
    Random random(derive(seed, organisation.cbe));
    for (int p = 0; p < persons_each; ++p) {
      auto index = static_cast<std::uint32_t>(p);
      Person person;
      person.ssin = invented_ssin(seed, ssin_index(static_cast<std::uint32_t>(i), index));
      person.first_name = kFirstNames[random.below(kFirstNames.size())];
      person.last_name = kLastNames[random.below(kLastNames.size())];
      auto full = person.last_name + " " + person.first_name;
      if (p % 5 != 4) {
        person.dossiers.push_back(make_dossier(index, 0, full));
        if (p % 6 == 3) person.dossiers.push_back(make_dossier(index, 1, full));
      }
      organisation.persons.push_back(std::move(person));
    }
    result.push_back(std::move(organisation));
  }
  return result;
}

nlohmann::json to_json(const std::vector<Organisation>& organisations, std::uint64_t seed) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& organisation : organisations) {
    nlohmann::json persons = nlohmann::json::array();
    for (const auto& person : organisation.persons) {
      nlohmann::json dossiers = nlohmann::json::array();
      for (const auto& dossier : person.dossiers) {
        nlohmann::json one{{"reference", dossier.reference},
                           {"label", dossier.label},
                           {"number", dossier.number},
                           {"numberAsSent", dossier.number_as_sent},
                           {"law", dossier.law},
                           {"handler", dossier.handler}};
        if (!dossier.suffix.empty()) one["suffix"] = dossier.suffix;
        dossiers.push_back(std::move(one));
      }
      nlohmann::json one_person{{"ssin", person.ssin},
                                {"name", person.last_name + " " + person.first_name},
                                {"firstName", person.first_name},
                                {"lastName", person.last_name}};
      if (!person.dossiers.empty()) one_person["dossierNumber"] = person.dossiers.front().number;
      one_person["dossiers"] = std::move(dossiers);
      persons.push_back(std::move(one_person));
    }
    list.push_back({{"organisation", organisation.cbe},
                    {"cbe", organisation.cbe},
                    {"name", organisation.name},
                    {"nisCode", organisation.nis_code},
                    {"language", organisation.language},
                    {"persons", std::move(persons)}});
  }
  return {{"seed", seed}, {"invented", true}, {"organisations", std::move(list)}};
}

}  // namespace semafoor::sandbox::content
