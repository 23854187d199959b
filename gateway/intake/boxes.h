// SPDX-License-Identifier: Apache-2.0
//
// The types of e-Box as folders are called.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::intake {

inline constexpr std::array<std::pair<v1::EboxType, std::string_view>, 4> kBoxes{{
    {v1::EBOX_TYPE_ENTERPRISE, "enterprise"},
    {v1::EBOX_TYPE_INSTITUTION, "institution"},
    {v1::EBOX_TYPE_CIVIL_SERVANT, "civil-servant"},
    {v1::EBOX_TYPE_CITIZEN, "citizen"},
}};

// Empty for a type that is not known.
constexpr std::string_view box_name(v1::EboxType type) {
  for (const auto& [known, name] : kBoxes)
    if (known == type) return name;
  return {};
}

constexpr v1::EboxType box_of(std::string_view name) {
  for (const auto& [type, known] : kBoxes)
    if (known == name) return type;
  return v1::EBOX_TYPE_UNSPECIFIED;
}

}  // namespace semafoor::intake
