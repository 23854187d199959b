// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/seal/fork_count.h"

#include <pthread.h>

#include <atomic>

namespace semafoor::vault {
namespace {

// Of the process, as a fork is.
std::atomic<std::uint64_t> count{0};

void note_fork() {
  count.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

std::uint64_t fork_count() {
  static const bool watched = ::pthread_atfork(nullptr, nullptr, &note_fork) == 0;
  if (!watched) note_fork();
  return count.load(std::memory_order_relaxed);
}

}  // namespace semafoor::vault
