// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/lent.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "host-shim/src/status_names.h"

namespace semafoor::loader {
namespace {

semafoor_span span_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Lives until the host releases it: also after the instance was destroyed, since libraries are
// never unloaded.
template <typename Face>
struct Lent : Face {
  const Face* inner = nullptr;
  std::shared_ptr<Ledger> ledger;
  std::atomic<int64_t> Ledger::*count = nullptr;

  static void SEMAFOOR_CALL give_back(const Face* self) noexcept {
    const std::unique_ptr<const Lent> lent(static_cast<const Lent*>(self));
    lent->inner->release(lent->inner);
    --((*lent->ledger).*(lent->count));
  }
};

template <typename Face>
const Face* wrap(const Face* inner, const std::shared_ptr<Ledger>& ledger,
                 std::atomic<int64_t> Ledger::*count) {
  if (inner == nullptr || inner->struct_size < sizeof(Face) || inner->release == nullptr)
    return nullptr;
  auto lent = std::make_unique<Lent<Face>>();
  // A newer plugin's struct may be longer; this host reads what it knows.
  std::memcpy(static_cast<Face*>(lent.get()), inner, sizeof(Face));
  lent->struct_size = sizeof(Face);
  lent->release = Lent<Face>::give_back;
  lent->inner = inner;
  lent->ledger = ledger;
  lent->count = count;
  ++((*lent->ledger).*count);
  return lent.release();
}

struct OwnError : semafoor_error {
  Problem problem;

  static void SEMAFOOR_CALL give_back(const semafoor_error* self) noexcept {
    delete static_cast<const OwnError*>(self);
  }
};

void append_count(std::string& text, int64_t count, const char* one, const char* many) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text += std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::string Ledger::text() const {
  std::string text;
  append_count(text, replies, "reply", "replies");
  append_count(text, events, "event", "events");
  append_count(text, errors, "error", "errors");
  return text;
}

const semafoor_error* make_error(Problem problem) {
  auto error = std::make_unique<OwnError>();
  error->problem = std::move(problem);
  error->struct_size = sizeof(semafoor_error);
  error->status = error->problem.status;
  error->retryable = error->problem.retryable ? 1 : 0;
  error->retry_after_ms = -1;
  error->domain = {reinterpret_cast<const uint8_t*>("shim"), 4};
  error->code = span_of(error->problem.code);
  error->message = span_of(error->problem.message);
  error->message_key = span_of(error->problem.code);
  error->release = OwnError::give_back;
  return error.release();
}

semafoor_status report(Problem problem, const semafoor_error** error) {
  const semafoor_status status = problem.status;
  if (error != nullptr) *error = make_error(std::move(problem));
  return status;
}

const semafoor_error* lend(const semafoor_error* inner, const std::shared_ptr<Ledger>& ledger) {
  const semafoor_error* lent = wrap(inner, ledger, &Ledger::errors);
  if (lent != nullptr) {
    // Ours to correct: it was made a few lines up.
    auto* own = const_cast<semafoor_error*>(lent);
    own->status = known_status(own->status);
  }
  return lent;
}

const semafoor_reply* lend(const semafoor_reply* inner, const std::shared_ptr<Ledger>& ledger) {
  return wrap(inner, ledger, &Ledger::replies);
}

const semafoor_event* lend(const semafoor_event* inner, const std::shared_ptr<Ledger>& ledger) {
  return wrap(inner, ledger, &Ledger::events);
}

}  // namespace semafoor::loader
