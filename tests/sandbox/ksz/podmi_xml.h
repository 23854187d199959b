// SPDX-License-Identifier: Apache-2.0
//
// The mailbox's values as x-podmi-1.xsd has them, for SOA and SSDN alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sandbox/ksz/fields.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::ksz {

enum class Operation { fetch, acknowledge, send, find };
// fetchMessages, acknowledgeMessages, sendFeedback, findFeedback.
const char* name_of(Operation operation);
// Of an element such as {space}fetchMessagesRequest.
std::optional<Operation> operation_of(const Node& request, std::string_view space);

struct Request {
  Operation operation = Operation::fetch;
  // fetch (may be empty), acknowledge.
  std::string cursor;
  // fetch.
  std::size_t limit = 0;
  // send; its client_reference is the uniqueId, which find has too.
  podmi::Feedback feedback;
};
// The members of the request, as the next children in `fields`.
Request read_request(Operation operation, Fields& fields);

// Elements "message" and "feedbackResult".
std::string write_messages(const podmi::Mailbox::Batch& batch);
std::string write_result(const std::string& unique_id, const podmi::Verdict& verdict);

}  // namespace semafoor::sandbox::ksz
