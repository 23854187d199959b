// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/failure.h"

#include <memory>

#include "plugins/kit/spans.h"

namespace semafoor::kit {
namespace {

// `shown` comes first: the address that the host holds is the box's.
struct ErrorBox {
  semafoor_error shown{};
  Failure failure;
};

void SEMAFOOR_CALL release(const semafoor_error* self) noexcept {
  delete reinterpret_cast<const ErrorBox*>(self);
}

}  // namespace

semafoor_status report(Failure failure, const semafoor_error** error) noexcept {
  const semafoor_status status = failure.status;
  if (error == nullptr) return status;
  *error = nullptr;
  try {
    auto box = std::make_unique<ErrorBox>();
    box->failure = std::move(failure);
    const Failure& kept = box->failure;
    semafoor_error& shown = box->shown;
    shown.struct_size = sizeof shown;
    shown.status = status;
    shown.retryable = kept.retryable ? 1 : 0;
    shown.retry_after_ms = kept.retry_after_ms;
    shown.domain = span_of(kept.domain);
    shown.code = span_of(kept.code);
    shown.message = span_of(kept.message);
    shown.message_key = span_of(kept.message_key.empty() ? kept.code : kept.message_key);
    shown.correlation_id = span_of(kept.correlation_id);
    shown.details_json = span_of(kept.details_json);
    shown.release = &release;
    *error = &box.release()->shown;
  } catch (...) {
    *error = nullptr;
  }
  return status;
}

}  // namespace semafoor::kit
