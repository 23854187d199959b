// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace semafoor::loader {

// Handles that cannot be used after their end: a number that is never given out twice, dressed as a
// pointer to an incomplete type. Whoever looks one up shares the object for as long as it is used.
template <typename Handle, typename Object>
class HandleTable {
 public:
  Handle* add(std::shared_ptr<Object> object) {
    const std::unique_lock lock(mutex_);
    const uintptr_t number = next_;
    // Never a small number, never aligned like an object: it shows in a debugger.
    next_ += 2;
    objects_.emplace(number, std::move(object));
    return reinterpret_cast<Handle*>(number);
  }

  std::shared_ptr<Object> find(const Handle* handle) const {
    const std::shared_lock lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<uintptr_t>(handle));
    return found == objects_.end() ? nullptr : found->second;
  }

  // Null when it was taken before.
  std::shared_ptr<Object> take(const Handle* handle) {
    const std::unique_lock lock(mutex_);
    const auto found = objects_.find(reinterpret_cast<uintptr_t>(handle));
    if (found == objects_.end()) return nullptr;
    std::shared_ptr<Object> object = std::move(found->second);
    objects_.erase(found);
    return object;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<uintptr_t, std::shared_ptr<Object>> objects_;
  uintptr_t next_ = 0x10001;
};

}  // namespace semafoor::loader
