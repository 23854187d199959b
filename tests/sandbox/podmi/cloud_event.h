// SPDX-License-Identifier: Apache-2.0
//
// The mailbox's values as CloudEvents 1.0, and answers read from them.
#pragma once

#include <string>
#include <vector>

#include "tests/sandbox/http/message.h"
#include "tests/sandbox/podmi/event.h"

namespace semafoor::sandbox::podmi {

http::Json to_cloud_event(const Event& event);
http::Json errors_to_json(const std::vector<CodedError>& errors);

struct Issue {
  std::string name;
  std::string detail;
};
// What is wrong with an event that shall be an answer of `organisation`; empty: nothing.
std::vector<Issue> check_feedback(const http::Json& event, const std::string& organisation);
// `data` of an event that was checked.
Feedback to_feedback(const http::Json& data);

}  // namespace semafoor::sandbox::podmi
