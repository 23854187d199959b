// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace semafoor::reference_host {

// Ctrl-C (and SIGTERM) as an orderly end while an object of this kind lives; one at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // The same, from within the program; from any thread.
  void raise();
  // Returns when it was raised, or after `limit`; true when it was raised.
  bool wait(std::optional<std::chrono::milliseconds> limit);
};

}  // namespace semafoor::reference_host
