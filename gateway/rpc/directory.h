// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::rpc {

// What each call must know of its organisation, kept in memory so that a point read stays one
// question to the store. Another gateway's change is seen after at most `kFresh`, our own at once.
// Safe from several threads.
class Directory {
 public:
  static constexpr std::chrono::seconds kFresh{2};

  // The store outlives the object.
  explicit Directory(store::Store& store) : store_(store) {}

  // "organisation.unknown".
  Result<std::shared_ptr<const v1::Organisation>> find(const store::Org& org);
  // The settings of this organisation were changed.
  void forget(const store::Org& org);

 private:
  struct Entry {
    std::shared_ptr<const v1::Organisation> organisation;
    std::chrono::steady_clock::time_point read;
  };

  store::Store& store_;
  std::shared_mutex mutex_;
  // Grows at each forget(): what was read before it must not be kept after it.
  std::uint64_t changes_ = 0;
  std::unordered_map<store::Org, Entry> entries_;
};

// "ebox", "knipperlicht", "feedback"; "unknown" for what is none, empty for none at all.
std::string module_name(v1::Module module);
bool has_module(const v1::Organisation& organisation, v1::Module module);

}  // namespace semafoor::rpc
