// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/exchange.h"

namespace semafoor::sandbox::ksz {
namespace {

Outcome refused(const char* code, const std::string& description) {
  Outcome outcome;
  outcome.accepted = outcome.found = false;
  outcome.code = code;
  outcome.description = description;
  return outcome;
}

}  // namespace

Outcome Exchange::perform(const std::string& organisation, const Request& request) {
  switch (request.operation) {
    case Operation::fetch:
      return fetch(organisation, request);
    case Operation::acknowledge:
      return acknowledge(organisation, request);
    case Operation::send:
      return send(organisation, request);
    case Operation::find:
      return find(organisation, request);
  }
  return refused(kInternal, "no such operation");
}

Outcome Exchange::fetch(const std::string& organisation, const Request& request) {
  // The cursor counts only where nothing is removed: x-podmi-1.xsd.
  auto batch = mailbox_.fetch(organisation, request.cursor, request.limit, false);
  if (!batch) return refused(kUnknownCursor, "the cursor was not given out by this mailbox");
  Outcome outcome;
  outcome.found = !batch->events.empty();
  outcome.members = write_messages(*batch);
  outcome.on_delivered = [this, organisation, events = std::move(batch->events)] {
    mailbox_.delivered(organisation, events);
  };
  return outcome;
}

Outcome Exchange::acknowledge(const std::string& organisation, const Request& request) {
  switch (mailbox_.acknowledge(organisation, request.cursor)) {
    case podmi::Mailbox::Acknowledged::done:
      return {};
    case podmi::Mailbox::Acknowledged::unknown_cursor:
      return refused(kUnknownCursor, "the cursor was not given out by this mailbox");
    case podmi::Mailbox::Acknowledged::impossible:
      break;
  }
  return refused(kNothingToAcknowledge,
                 "this mailbox forgets nothing, and nothing can be acknowledged");
}

Outcome Exchange::send(const std::string& organisation, const Request& request) {
  const auto& id = request.feedback.client_reference;
  auto received = mailbox_.receive(organisation, "urn:cbe:" + organisation, id, request.feedback);
  if (received.arrival == podmi::Mailbox::Arrival::conflict) {
    return refused(kConflict, "this uniqueId was received before, with other data");
  }
  if (received.arrival == podmi::Mailbox::Arrival::not_integrated) {
    return refused(kNotIntegrated, "the organisation has no running integration of this person");
  }
  Outcome outcome;
  if (received.verdict) outcome.members = write_result(id, *received.verdict);
  return outcome;
}

Outcome Exchange::find(const std::string& organisation, const Request& request) {
  const auto& id = request.feedback.client_reference;
  auto answer = mailbox_.find_by_reference(organisation, id);
  Outcome outcome;
  outcome.found = answer.has_value();
  if (!answer) return outcome;
  podmi::Verdict received;
  received.evaluation = "RECEIVED";
  outcome.members = write_result(id, answer->decided ? answer->verdict : received);
  return outcome;
}

}  // namespace semafoor::sandbox::ksz
