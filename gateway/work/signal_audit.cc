// SPDX-License-Identifier: Apache-2.0
#include "gateway/work/signal_audit.h"

namespace semafoor::work {

Result<void> record_signal(store::Transaction& tx, const store::Org& org, const char* what,
                           const domain::Act& act, const v1::Signal& signal,
                           const std::string& detail) {
  return tx.append_audit(org, {.what = what,
                               .act = act,
                               .subject_kind = "signal",
                               .subject_id = signal.signal_id(),
                               .persons = {signal.person().value()},
                               .result = {},
                               .upstream_ticket = {},
                               .detail = detail});
}

}  // namespace semafoor::work
