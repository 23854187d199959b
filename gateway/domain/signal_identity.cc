// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/signal_identity.h"

#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"

namespace semafoor::domain {

bool is_united(const v1::Signal& signal) {
  return !signal.supersession().signal_id().empty() && !signal.supersession().has_since();
}

std::string signal_key(const v1::Signal& signal) {
  if (is_united(signal)) return "united|" + signal.signal_id();
  // None of the parts can hold the separator: digits, normalised letters, and codes checked on
  // intake.
  std::string key = signal.person().value();
  key += '|' + std::to_string(signal.law());
  key += '|' + normalised_dossier(signal.dossier_number());
  key += '|' + (signal.law() == v1::LAW_1965 ? signal.suffix() : std::string());
  key += '|' + signal.signal_type();
  key += '|' + std::to_string(date_number(signal.reference_period().from()));
  key += '|' + std::to_string(date_number(signal.reference_period().to()));
  return key;
}

}  // namespace semafoor::domain
