// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/circuits.h"

#include <algorithm>
#include <utility>

namespace semafoor::duties {
namespace {

bool asks_for_patience(const Error& error) {
  return error.upstream_status != 0 &&
         (error.kind == ErrorKind::resource_exhausted || error.retry_after_ms.has_value());
}

// Nobody there, no answer in time, or trouble of its own.
bool is_down(const Error& error) {
  return error.code.starts_with("upstream.") && error.retryable &&
         (error.kind == ErrorKind::unavailable || error.kind == ErrorKind::deadline_exceeded);
}

}  // namespace

Circuits::Circuits(Clock& clock, CircuitOptions options, Random random)
    : clock_(clock), options_(options), random_(std::move(random)) {}

void Circuits::answered(const store::Org& org) {
  std::vector<std::function<void()>> listeners;
  {
    const std::scoped_lock guard(mutex_);
    const auto found = circuits_.find(org);
    if (found == circuits_.end()) return;
    if (is_limited(found->second)) listeners = listeners_;
    circuits_.erase(found);
  }
  for (const auto& listener : listeners) listener();
}

std::int64_t Circuits::failed(const store::Org& org, const Error& error) {
  const bool patience = asks_for_patience(error);
  if (!patience && !is_down(error)) {
    if (error.upstream_status != 0) answered(org);
    return 0;
  }
  const std::scoped_lock guard(mutex_);
  Circuit& circuit = circuits_[org];
  const auto now = clock_.steady_ms();
  // One of those that were under way when it began to rest: no new failure, but perhaps a wish.
  const bool rests = now < circuit.rests_until;
  if (!rests) ++circuit.failures;
  if ((!rests && circuit.failures >= options_.failures) || patience) {
    const int beyond = std::max(1, circuit.failures - options_.failures + 1);
    circuit.rests_until =
        std::max(circuit.rests_until,
                 now + backoff_ms(options_.pause, beyond, error.retry_after_ms, random_));
  }
  return std::max<std::int64_t>(0, circuit.rests_until - now);
}

void Circuits::rest(const store::Org& org, std::int64_t for_ms) {
  const std::scoped_lock guard(mutex_);
  Circuit& circuit = circuits_[org];
  circuit.rests_until = std::max(circuit.rests_until, clock_.steady_ms() + for_ms);
}

bool Circuits::rests(const store::Org& org) {
  const std::scoped_lock guard(mutex_);
  const auto found = circuits_.find(org);
  return found != circuits_.end() && clock_.steady_ms() < found->second.rests_until;
}

std::map<store::Org, int> Circuits::limits(const std::map<store::Org, int>& busy) {
  const std::scoped_lock guard(mutex_);
  std::map<store::Org, int> limits;
  for (const auto& [org, circuit] : circuits_) {
    if (!is_limited(circuit)) continue;
    const auto found = busy.find(org);
    const bool idle = found == busy.end() || found->second == 0;
    limits[org] = idle && clock_.steady_ms() >= circuit.rests_until ? 1 : 0;
  }
  return limits;
}

std::int64_t Circuits::next_change() {
  const std::scoped_lock guard(mutex_);
  const auto now = clock_.steady_ms();
  std::int64_t next = Clock::kNever;
  for (const auto& [org, circuit] : circuits_)
    if (circuit.rests_until > now) next = std::min(next, circuit.rests_until);
  return next;
}

void Circuits::on_close(std::function<void()> listener) {
  const std::scoped_lock guard(mutex_);
  listeners_.push_back(std::move(listener));
}

}  // namespace semafoor::duties
