// SPDX-License-Identifier: Apache-2.0
//
// How long messages are kept, as people read and write it.
#pragma once

#include <optional>
#include <string>

#include "semafoor/v1/admin.pb.h"

namespace semafoor::ctl {

// `family` as family_name() writes it, "default" for all without a word of their own; `days` is a
// number, "for-ever", or empty for no word. Nothing, and `problem`, when one of them is none.
std::optional<v1::FamilyRetention> read_retention(const std::string& family,
                                                  const std::string& days, std::string& problem);
std::string retention_page(const v1::GetRetentionResponse& response);
std::string retention_page(const v1::SetRetentionResponse& response);
std::string preview_page(const v1::PreviewRetentionResponse& response);

}  // namespace semafoor::ctl
