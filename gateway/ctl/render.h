// SPDX-License-Identifier: Apache-2.0
//
// What semafoorctl prints: text for people, one JSON document for programs.
#pragma once

#include <string>

#include "semafoor/v1/admin.pb.h"

namespace semafoor::ctl {

// proto3 JSON on one line, members with default values included.
std::string to_json(const google::protobuf::Message& message);

std::string organisation_line(const v1::Organisation& organisation);
// The whole status page: state, organisations with their counters, duties and what failed.
std::string status_page(const v1::GetStatusResponse& status);
std::string module_name(v1::Module module);
// MODULE_UNSPECIFIED when there is no module of that name.
v1::Module module_of(const std::string& name);

// The words of --state; FEEDBACK_STATE_UNSPECIFIED for another one.
v1::FeedbackState answer_state_of(const std::string& name);
std::string outbox_line(const v1::FeedbackItem& item);
std::string outbox_page(const v1::ListOutboxResponse& outbox);

}  // namespace semafoor::ctl
