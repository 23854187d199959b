// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/error.h"

#include <memory>
#include <utility>

namespace semafoor::runtime {
namespace {

struct ErrorBox {
  sfr_error shown{};
  Problem problem;
};

void release(const sfr_error* self) noexcept {
  // `shown` is the first member of a standard-layout prefix: the box begins where it does.
  delete reinterpret_cast<const ErrorBox*>(self);
}

semafoor_span domain(bool from_gateway) {
  static constexpr char kRuntime[] = "runtime";
  static constexpr char kGateway[] = "gateway";
  return {reinterpret_cast<const uint8_t*>(from_gateway ? kGateway : kRuntime),
          sizeof kRuntime - 1};
}

static_assert(sizeof "runtime" == sizeof "gateway");

}  // namespace

semafoor_status report(Problem problem, const sfr_error** error) noexcept {
  const semafoor_status status = problem.status;
  if (error == nullptr) return status;
  *error = nullptr;
  try {
    auto box = std::make_unique<ErrorBox>();
    box->problem = std::move(problem);
    sfr_error& shown = box->shown;
    shown.struct_size = sizeof shown;
    shown.status = status;
    shown.retryable = box->problem.retryable ? 1 : 0;
    shown.retry_after_ms = box->problem.retry_after_ms;
    shown.domain = domain(box->problem.from_gateway);
    shown.message = span_of(box->problem.message);
    shown.details = span_of(box->problem.details);
    shown.code = span_of(box->problem.code);
    shown.release = &release;
    *error = &box.release()->shown;
  } catch (...) {
    *error = nullptr;
  }
  return status;
}

}  // namespace semafoor::runtime
