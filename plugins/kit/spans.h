// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "semafoor/base.h"

namespace semafoor::kit {

inline semafoor_span span_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string_view view_of(const semafoor_span& span) {
  return span.size == 0 ? std::string_view()
                        : std::string_view(reinterpret_cast<const char*>(span.data), span.size);
}

// A span may be null only when it is empty.
inline bool readable(const semafoor_span& span) {
  return span.data != nullptr || span.size == 0;
}

// Does `member` lie inside the struct as large as the other side says it is?
template <typename Struct, typename Member>
bool has(const Struct& value, Member Struct::*member) {
  const auto* begin = reinterpret_cast<const char*>(&value);
  const auto* end = reinterpret_cast<const char*>(&(value.*member)) + sizeof(Member);
  return static_cast<std::size_t>(end - begin) <= value.struct_size;
}

// The member, or `otherwise` when the other side's struct does not reach that far.
template <typename Struct, typename Member>
Member member_or(const Struct& value, Member Struct::*member, Member otherwise) {
  return has(value, member) ? value.*member : otherwise;
}

}  // namespace semafoor::kit
