// SPDX-License-Identifier: Apache-2.0
//
// What may still come in while the disk fills up.
#pragma once

#include <atomic>

#include "gateway/domain/result.h"

namespace semafoor::store {

// Of the disk of the data folder. Each one admits less than the one before.
enum class Room {
  ample,
  // Attachments come one at a time.
  low,
  // Nothing is fetched: it is safe where it is. Answers are still taken, they are small and
  // somebody waits for them.
  scarce,
  // Answers are refused too. What is left is for the outcome of what is under way.
  none,
};

// Set by whoever watches the disk, asked by whoever would fill it. Any thread.
class Headroom {
 public:
  Room room() const { return room_.load(std::memory_order_relaxed); }
  void set(Room room) { room_.store(room, std::memory_order_relaxed); }

  // For what an upstream keeps until it is fetched. Error code "store.disk_low".
  Result<void> admit_intake() const;
  // For what a host hands over. Error code "store.disk_full".
  Result<void> admit_work() const;

 private:
  std::atomic<Room> room_{Room::ample};
};

}  // namespace semafoor::store
