// SPDX-License-Identifier: Apache-2.0
//
// Writes XML that is well-formed whatever the values are: everything is escaped, and a character
// that XML cannot hold is an error and not a hole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::upstream::xml {

// The first problem is kept and told by finish(); what follows it is ignored.
class Writer {
 public:
  // `name` may have a prefix, which somebody around it declares.
  Writer& open(std::string_view name);
  // xmlns:prefix="uri" of the element just opened. There is no default namespace here: children of
  // KSZ's payloads are in none (CommonV3, elementFormDefault unqualified), and would fall into it.
  Writer& declare(std::string_view prefix, std::string_view uri);
  Writer& attribute(std::string_view name, std::string_view value);
  Writer& text(std::string_view value);
  Writer& close();
  // <name>value</name>
  Writer& leaf(std::string_view name, std::string_view value);
  // XML that another Writer made.
  Writer& fragment(std::string_view xml);

  // What was written. "xml.unwritable" when a value is not UTF-8 or has a character outside
  // production 2 of XML 1.0, when a name is none, or when elements are left open.
  Result<std::string> finish() &&;

 private:
  void refuse(const std::string& what);
  void end_tag();
  bool check_name(std::string_view name);
  void escaped(std::string_view value, bool in_attribute);

  std::string xml_;
  std::vector<std::string> open_;
  bool in_tag_ = false;
  std::string problem_;
};

}  // namespace semafoor::upstream::xml
