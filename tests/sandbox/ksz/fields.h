// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/ksz/document.h"

namespace semafoor::sandbox::ksz {

// Reads the children of one element in the order that a schema gives them (an xs:sequence; all in
// the namespace `space`, "" is none), and remembers the first thing that is wrong.
class Fields {
 public:
  explicit Fields(const Node& element, std::string space = "");

  // Text of 1 to `most` characters.
  std::string text(const char* name, std::size_t most);
  // As above, or absent; `token`: white space is collapsed (xs:token), and at least one character.
  std::optional<std::string> maybe(const char* name, std::size_t most, bool token = true);
  // A whole number from `least` to `most`.
  std::int64_t number(const char* name, std::int64_t least, std::int64_t most);
  // An element with children; none when it is not there.
  Node element(const char* name);
  Node maybe_element(const char* name);
  void fail(const std::string& what);
  // Nothing may be left. A sentence when anything was wrong.
  std::optional<std::string> end();
  bool good() const { return wrong_.empty(); }

 private:
  Node next(const char* name);

  std::string where_;
  std::string space_;
  std::vector<Node> children_;
  std::size_t at_ = 0;
  std::string wrong_;
};

}  // namespace semafoor::sandbox::ksz
