// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace semafoor::rpc {

// Where this room tells what happened. The implementer masks national numbers; callers never hand
// it tokens, requests or replies. Any thread; must not block for long.
class Journal {
 public:
  enum class Level { debug, info, warning, error };
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  virtual ~Journal() = default;
  // `event` is stable and machine-readable: "session.opened".
  virtual void note(Level level, std::string_view event, std::string_view message,
                    Fields fields = {}) = 0;
};

}  // namespace semafoor::rpc
