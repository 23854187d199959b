// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "plugins/kit/failure.h"
#include "semafoor/host.h"

namespace semafoor::kit {

// The host as a plugin may use it: members that lie outside its struct_size, or are null, are
// absent.
class Host {
 public:
  // E_ABI when the struct is too small to be any version.
  static Result<Host> from(const semafoor_host& table);

  bool wants_wake() const { return table_.wake != nullptr; }
  // [plugin-thread]
  void wake(semafoor_instance* instance) const;
  // One line for the host's log, without national numbers. [any-thread]
  void log(std::int32_t severity, std::string_view plugin, std::string_view text) const;
  // "Rule H-n was broken": what it was and what the plugin did about it.
  void misbehaving(std::string_view plugin, std::string_view text) const;
  const void* extension(std::string_view id) const;
  void* context() const { return table_.context; }

 private:
  semafoor_host table_{};
};

}  // namespace semafoor::kit
