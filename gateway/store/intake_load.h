// SPDX-License-Identifier: Apache-2.0
//
// For benchmarks: 64 writers, each with one signal at a time, every one acknowledged durable before
// the next.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/store/store.h"

namespace semafoor::store {

inline constexpr char kLoadOrg[] = "0212344876";
inline constexpr int kLoadWriters = 64;
inline constexpr int kLoadRows = 3'200;

[[noreturn]] inline void fail_bench(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

inline v1::Signal load_signal(int number) {
  v1::Signal signal;
  signal.set_signal_id(domain::uuid_v7(number));
  signal.set_signal_reference("KN" + std::to_string(number));
  signal.mutable_person()->set_value("85073003328");
  signal.set_signal_type("X-WORK-DIMONA");
  signal.set_dossier_number("2026/" + std::to_string(number));
  signal.set_state(v1::SIGNAL_STATE_RECEIVED);
  signal.mutable_received_at()->set_unix_ms(number);
  return signal;
}

// Signals a second. `also` is done in the transaction of each.
inline double through_store(
    Store& target, int first,
    const std::function<Result<void>(Transaction&, const v1::Signal&)>& also = {}) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::jthread> writers;
  writers.reserve(kLoadWriters);
  for (int w = 0; w < kLoadWriters; ++w) {
    writers.emplace_back([&target, &also, first, w] {
      for (int i = w; i < kLoadRows; i += kLoadWriters) {
        auto signal = load_signal(first + i);
        const auto done = target.write_and_wait([&](Transaction& tx) -> Result<void> {
          auto put = tx.put_signal(kLoadOrg, signal.signal_reference(), signal, "signal.received");
          if (!put.ok() || !also) return put;
          return also(tx, signal);
        });
        if (!done) fail_bench(done.error().message);
      }
    });
  }
  writers.clear();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return kLoadRows / passed.count();
}

}  // namespace semafoor::store
