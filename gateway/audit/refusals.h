// SPDX-License-Identifier: Apache-2.0
//
// Calls that were refused, into the audit, so that nobody can fill the disk with them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/domain/act.h"
#include "gateway/store/store.h"

namespace semafoor::audit {

struct Refusal {
  // Whose chain: the organisation's where the caller may use it, else the gateway's.
  store::Org chain = store::kGatewayChain;
  domain::Act act;
  // "Signals/GetSignal".
  std::string method;
  // Of the error: "permission.admin".
  std::string code;
  // Which organisation was asked for; empty when none was, or none that can be.
  store::Org organisation;
};

struct RefusalOptions {
  std::int64_t window_ms = 60'000;
  // Different ones in a window; all others together are one.
  std::size_t most = 64;
  std::function<std::int64_t()> now_ms;
  // A record could not be written; on the store's thread, returns at once.
  std::function<void(const Error&)> failed;
};

// The first of its kind (account, program, method, code) is recorded at once, and its repeats
// within a minute as one more record with their count. Safe from several threads; does not wait for
// the disk.
class Refusals {
 public:
  // The store outlives the object.
  Refusals(store::Store& store, RefusalOptions options);
  // Records the counts that are open.
  ~Refusals();

  void note(const Refusal& refusal);
  // Records the counts of the windows that have passed.
  void tick();
  // Of all.
  void flush();

 private:
  using Key = std::tuple<store::Org, std::string, std::string, std::string, std::string>;
  struct Window {
    Refusal first;
    std::int64_t began_ms = 0;
    std::int64_t repeats = 0;
  };

  // With the mutex held: takes out what has passed at `now`, and gives what is to be recorded.
  std::vector<Window> passed(std::int64_t now);
  void write(const Refusal& refusal, std::int64_t count);

  store::Store& store_;
  const RefusalOptions options_;
  std::mutex mutex_;
  std::map<Key, Window> windows_;
};

}  // namespace semafoor::audit
