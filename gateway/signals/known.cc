// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/known.h"

#include <utility>

#include "gateway/domain/signal_identity.h"
#include "gateway/history/history.h"

namespace semafoor::signals {

Result<std::optional<v1::Signal>> find_known(store::Reader& reader, const store::Org& org,
                                             const v1::Signal& signal) {
  auto known = reader.signal_by_key(org, domain::signal_key(signal));
  if (!known || *known || signal.signal_reference().empty()) return known;
  // The same signal may come with another person number, before anybody says that one was replaced.
  known = reader.signal_by_reference(org, signal.signal_reference());
  if (!known || !*known) return known;
  auto stands = history::standing(reader, org, std::move(**known));
  if (!stands) return stands.error();
  return std::optional(std::move(*stands));
}

}  // namespace semafoor::signals
