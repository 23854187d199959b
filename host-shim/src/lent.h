// SPDX-License-Identifier: Apache-2.0
//
// What the shim lends to the host: replies, events and errors, each around the plugin's own, so
// that the shim knows what the host still holds (H-5).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "host-shim/src/result.h"
#include "semafoor/error.h"
#include "semafoor/ext/call.h"
#include "semafoor/ext/events.h"

namespace semafoor::loader {

// How many of each the host holds at the moment.
struct Ledger {
  std::atomic<int64_t> errors{0};
  std::atomic<int64_t> replies{0};
  std::atomic<int64_t> events{0};

  bool empty() const { return errors == 0 && replies == 0 && events == 0; }
  // "2 replies, 1 event"; only for a ledger that is not empty.
  std::string text() const;
};

// An error of the shim's own.
const semafoor_error* make_error(Problem problem);
// Puts it into *error, when the host wants it, and gives its status.
semafoor_status report(Problem problem, const semafoor_error** error);

// Each takes the plugin's struct over and gives the one for the host; null when the plugin's struct
// is not a valid one of version 1.0 (it is then left alone).
const semafoor_error* lend(const semafoor_error* inner, const std::shared_ptr<Ledger>& ledger);
const semafoor_reply* lend(const semafoor_reply* inner, const std::shared_ptr<Ledger>& ledger);
const semafoor_event* lend(const semafoor_event* inner, const std::shared_ptr<Ledger>& ledger);

}  // namespace semafoor::loader
