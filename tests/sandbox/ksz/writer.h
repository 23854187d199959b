// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace semafoor::sandbox::ksz {

// Text and attribute values, escaped.
std::string escaped(std::string_view text);

// XML in the order in which it is said. Names are literals of this room.
class Writer {
 public:
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  Writer& open(const std::string& name, const Attributes& attributes = {});
  Writer& close();
  Writer& leaf(const std::string& name, std::string_view text, const Attributes& attributes = {});
  // XML as it stands.
  Writer& raw(std::string_view xml);
  std::string take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace semafoor::sandbox::ksz
