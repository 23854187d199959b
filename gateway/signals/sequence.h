// SPDX-License-Identifier: Apache-2.0
//
// Notices holes in the numbers that an upstream mailbox gives its messages (semantics: never a
// silence).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace semafoor::signals {

class Sequence {
 public:
  Sequence() = default;
  // What text() wrote; anything else starts anew.
  static Sequence parse(std::string_view text);
  std::string text() const;

  // Numbers may come in any order and twice. The first one ever seen is the start: nobody can say
  // what came before it.
  void see(std::int64_t number);
  bool whole() const { return missing_.empty(); }
  // "hole in sequence: 18, 21-25 (6 numbers)"; empty when there is none.
  std::string problem() const;

 private:
  void fill(std::int64_t number);

  std::int64_t highest_ = 0;
  // First number of each hole -> last.
  std::map<std::int64_t, std::int64_t> missing_;
};

}  // namespace semafoor::signals
