// SPDX-License-Identifier: Apache-2.0
//
// What semafoorctl prints: text for people, one JSON document for programs.
#pragma once

#include <string>

#include "semafoor/v1/admin.pb.h"

namespace semafoor::ctl {

// proto3 JSON on one line, members with default values included.
std::string to_json(const google::protobuf::Message& message);

// "2026-11-28T08:00:00Z": in UTC.
std::string moment(const v1::Instant& instant);
// "2026-11".
std::string month_text(const v1::Date& date);
// With spaces up to `width`, and one in any case.
std::string padded(std::string text, std::size_t width);
// Of an enumeration: "MESSAGE_FAMILY_STATUS_CHANGE" without its first `prefix` letters is
// "status-change".
std::string short_name(const std::string& name, std::size_t prefix);
std::string organisation_line(const v1::Organisation& organisation);
// The whole status page: state, organisations with their counters, duties and what failed. In
// colours, what will be lost stands in red.
std::string status_page(const v1::GetStatusResponse& status, bool colours);
std::string module_name(v1::Module module);
// MODULE_UNSPECIFIED when there is no module of that name.
v1::Module module_of(const std::string& name);

// The words of --state; FEEDBACK_STATE_UNSPECIFIED for another one.
v1::FeedbackState answer_state_of(const std::string& name);
std::string outbox_line(const v1::FeedbackItem& item);
std::string outbox_page(const v1::ListOutboxResponse& outbox);

// "other", "half-yearly-list"...: the name of the enumeration without its prefix. UNSPECIFIED is
// "default", and what no name is.
std::string family_name(v1::MessageFamily family);
v1::MessageFamily family_of(const std::string& name);
// "on-arrival", "on-opening", "never".
std::string policy_name(v1::ReadPolicy policy);
v1::ReadPolicy policy_of(const std::string& name);
v1::EboxType ebox_type_of(const std::string& name);
// `policies` as a table.
std::string policy_page(const google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce>& policies);

}  // namespace semafoor::ctl
