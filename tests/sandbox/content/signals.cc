// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/signals.h"

#include <array>
#include <cstdio>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::content {
namespace {

struct Type {
  std::string_view code;
  std::string_view flow;
  bool has_amount;
  std::string_view field;
  std::string_view value;
};

constexpr std::array<Type, 10> kTypes{{
    {"X-WORK-DIMONA", "DIMONA", false, "employerNumber", "0190000432"},
    {"X-WORK-DMFA", "DMFA", true, "grossWageQuarter", "X-SEE-AMOUNT"},
    {"X-UNEMPLOYMENT", "RVA-ONEM", true, "benefitKind", "X-FULL"},
    {"X-PENSION", "PENSION-CADASTRE", true, "pensionKind", "X-SURVIVOR"},
    {"X-FAMILY-ALLOWANCE", "FAMILY-CADASTRE", true, "allowanceKind", "X-BIRTH-PREMIUM"},
    {"X-DISABILITY", "FPS-SOCIAL-SECURITY", true, "allowanceKind", "X-INTEGRATION"},
    {"X-HEALTH-INSURANCE", "HEALTH-FUNDS", false, "insurability", "X-ENTITLED"},
    {"X-CADASTRE", "FPS-FINANCE", true, "parcelCount", "1"},
    {"X-SELF-EMPLOYED", "INDEPENDENT-ACTIVITY", false, "activityStart", "X-RECENT"},
    {"X-REGISTER", "NATIONAL-REGISTER", false, "change", "X-ADDRESS"},
}};

void dress(Signal& signal, const Type& type, Random& random) {
  signal.type = type.code;
  signal.source_flow = type.flow;
  signal.eurocents.reset();
  if (type.has_amount) signal.eurocents = static_cast<std::int64_t>(5000 + random.below(180000));
  signal.fields = {{std::string(type.field), std::string(type.value)}};
}

const Type* find_type(std::string_view code) {
  for (const auto& type : kTypes) {
    if (type.code == code) return &type;
  }
  return nullptr;
}

}  // namespace

bool known_signal_type(std::string_view type) {
  return find_type(type) != nullptr || type.starts_with(kNewTypes);
}

void retype(Signal& signal, std::string_view type, std::uint64_t key) {
  Random random(key);
  if (const auto* known = find_type(type)) return dress(signal, *known, random);
  dress(signal, {type, "X-NEW-FLOW", false, "observed", "X-NEW"}, random);
}

Signal make_signal(std::uint64_t seed, const Organisation& organisation, std::uint32_t index,
                   Day anchor) {
  Random random(derive(seed, "signal/" + organisation.cbe, index));
  const auto& persons = organisation.persons;
  const auto& person = persons[index % persons.size()];
  // With the person this gives every (person, type, month) once before any comes again.
  auto round = static_cast<std::uint32_t>(index / persons.size());
  const auto& type = kTypes[(index % persons.size() + round) % kTypes.size()];
  auto month = add_months(first_of_month(anchor), -1 - static_cast<int>(round / kTypes.size()));

  Signal signal;
  char reference[24];
  std::snprintf(reference, sizeof reference, "KN%s%07u", organisation.nis_code.c_str(), index + 1);
  signal.reference = reference;
  signal.organisation = organisation.cbe;
  signal.nis_code = organisation.nis_code;
  signal.ssin = person.ssin;
  signal.person_name = person.last_name + " " + person.first_name;
  if (person.dossiers.empty()) {
    // POD MI knows a dossier that this pretended vendor does not.
    signal.law = "RMI";
    char number[16];
    std::snprintf(number, sizeof number, "ONB%05u", static_cast<unsigned>(index % persons.size()));
    signal.dossier_number = number;
  } else {
    const auto& dossier = person.dossiers[round % person.dossiers.size()];
    signal.law = dossier.law;
    signal.dossier_number = dossier.number_as_sent;
    signal.suffix = dossier.suffix;
  }
  char form[16];
  std::snprintf(form, sizeof form, "F%011u", static_cast<unsigned>(random.below(1000000000)));
  signal.form_reference = form;
  signal.from = month;
  signal.to = last_of_month(month);
  dress(signal, type, random);
  signal.detected_on = add_months(month, 1) + std::chrono::days(random.below(15));
  // Recalled twice a year what was not answered; the rest is the monthly run.
  signal.cycle = index % 9 == 8 ? (index % 2 == 0 ? "OCTOBER" : "MARCH") : "MONTHLY";
  return signal;
}

std::vector<Signal> make_signals(std::uint64_t seed, const Organisation& organisation, int count,
                                 Day anchor) {
  std::vector<Signal> result;
  for (int i = 0; i < count; ++i) {
    result.push_back(make_signal(seed, organisation, static_cast<std::uint32_t>(i), anchor));
  }
  return result;
}

nlohmann::json to_data(const Signal& signal, std::uint64_t sequence, int repetition) {
  nlohmann::json fields = nlohmann::json::array();
  for (const auto& [name, value] : signal.fields) {
    fields.push_back({{"name", name}, {"value", value}});
  }
  nlohmann::json data{
      {"schema", "X-signal/1"},
      {"signalReference", signal.reference},
      {"law", signal.law},
      {"nisCode", signal.nis_code},
      {"organisation", signal.organisation},
      {"dossierNumber", signal.dossier_number},
      {"ssin", signal.ssin},
      {"formReference", signal.form_reference},
      {"signalType", signal.type},
      {"sourceFlow", signal.source_flow},
      {"referencePeriod", {{"from", iso_day(signal.from)}, {"to", iso_day(signal.to)}}},
      {"fields", std::move(fields)},
      {"detectedOn", iso_day(signal.detected_on)},
      {"repetition", repetition},
      {"cycle", signal.cycle},
      {"sequence", sequence}};
  if (!signal.replaces_ssin.empty()) data["replacesSsin"] = signal.replaces_ssin;
  if (!signal.suffix.empty()) data["suffix"] = signal.suffix;
  if (signal.eurocents) data["amountEurocents"] = *signal.eurocents;
  return data;
}

}  // namespace semafoor::sandbox::content
