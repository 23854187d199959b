// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/vault/shelf.h"

namespace semafoor::vault {

// For tests: a shelf in memory, which counts what was written.
class MemoryShelf final : public Shelf {
 public:
  Result<std::optional<std::string>> load(const std::string& name) override {
    const auto found = items.find(name);
    return found == items.end() ? std::optional<std::string>() : std::optional(found->second);
  }
  Result<void> save(const std::string& name, std::string_view bytes) override {
    ++saves;
    if (full)
      return Error{.kind = ErrorKind::resource_exhausted,
                   .code = "store.disk_full",
                   .message = "The disk is full."};
    items[name] = std::string(bytes);
    return {};
  }
  Result<void> remove(const std::string& name) override {
    items.erase(name);
    return {};
  }
  Result<std::vector<std::string>> names() override {
    std::vector<std::string> all;
    for (const auto& [name, bytes] : items) all.push_back(name);
    return all;
  }
  std::string shown(const std::string& name) const override { return "memory/" + name; }

  std::map<std::string, std::string> items;
  int saves = 0;
  bool full = false;
};

}  // namespace semafoor::vault
