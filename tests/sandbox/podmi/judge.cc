// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/judge.h"

#include <algorithm>
#include <cstdio>

namespace semafoor::sandbox::podmi {
namespace {

constexpr const char* kCodes[] = {"X-COUNTED", "X-EXEMPT",   "X-SOURCE-WRONG", "X-STOPPED",
                                  "X-REVISED", "X-RECOVERY", "X-PENDING"};

CodedError error_of(const std::string& code) {
  if (code == "X-0001") {
    return {code, "De code past niet bij dit soort knipperlicht.",
            "Le code ne convient pas à ce type de clignotant.",
            "Der Code passt nicht zu dieser Art von Warnsignal."};
  }
  if (code == "X-0002") {
    return {code, "De verwijzing naar de beslissing ontbreekt.",
            "La référence de la décision manque.", "Die Referenz der Entscheidung fehlt."};
  }
  if (code == "X-0003") {
    return {code, "Het knipperlicht is niet bekend.", "Le clignotant n'est pas connu.",
            "Das Warnsignal ist nicht bekannt."};
  }
  return {code, "Verzonnen reden.", "Raison fictive.", "Erfundener Grund."};
}

// Empty: nothing against it.
std::string objection(const Feedback& feedback, bool signal_known) {
  const auto& code = feedback.code;
  if (!signal_known) return "X-0003";
  if (!Judge::known_code(code)) return "X-0001";
  if ((code == "X-REVISED" || code == "X-RECOVERY") &&
      feedback.decision_reference.value_or("").empty()) {
    return "X-0002";
  }
  return "";
}

}  // namespace

bool Judge::known_code(const std::string& code) {
  return std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
}

void Judge::order(const std::string& organisation, Ordered ordered) {
  ordered_[organisation].push_back(std::move(ordered));
}

Verdict Judge::decide(const std::string& organisation, const Feedback& feedback,
                      bool signal_known) {
  char reference[16];
  std::snprintf(reference, sizeof reference, "AR%08llu",
                static_cast<unsigned long long>(++decisions_ % 100000000U));
  auto take = [this](const std::string& whose) -> std::optional<Ordered> {
    auto& orders = ordered_[whose];
    if (orders.empty()) return std::nullopt;
    auto order = orders.front();
    if (--orders.front().times <= 0) orders.pop_front();
    return order;
  };
  auto order = take(organisation);
  if (!order) order = take("");
  auto code = order ? order->code : objection(feedback, signal_known);
  Verdict verdict;
  verdict.authority_reference = reference;
  if (order) {
    verdict.evaluation = order->evaluation;
  } else {
    verdict.evaluation = code.empty() ? "ACCEPTED" : "REFUSED";
  }
  if (!code.empty()) verdict.errors.push_back(error_of(code));
  return verdict;
}

}  // namespace semafoor::sandbox::podmi
