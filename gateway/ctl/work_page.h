// SPDX-License-Identifier: Apache-2.0
//
// Rules, loads, absences and mergers, as people read and write them.
#pragma once

#include <optional>
#include <string>

#include "semafoor/v1/admin.pb.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::ctl {

// Rules as "work rules show --json" prints them, or without what is around them. Nothing, and
// `problem`, when it is no such JSON.
std::optional<v1::WorkRules> read_rules(const std::string& json, std::string& problem);

std::string rules_page(const v1::WorkRules& rules);
std::string load_page(const v1::GetWorkloadResponse& response);
std::string absences_page(const v1::ListAbsencesResponse& response);
std::string mergers_page(const google::protobuf::RepeatedPtrField<v1::Merger>& mergers);
// Of a preview: what would be.
std::string preview_page(const google::protobuf::RepeatedPtrField<v1::Merger>& mergers);

}  // namespace semafoor::ctl
