// SPDX-License-Identifier: Apache-2.0
//
// What lies in a mailbox and what comes to it, as values: CloudEvents, SOA and SSDN are three ways
// to write the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/sandbox/content/signals.h"

namespace semafoor::sandbox::podmi {

struct CodedError {
  std::string code;
  std::string nl, fr, de;
};

// What the authority thinks of an answer.
struct Verdict {
  std::string evaluation;
  std::string authority_reference;
  std::vector<CodedError> errors;
};

// An answer to a signal, as it came.
struct Feedback {
  // At most 15 characters.
  std::string client_reference;
  std::string signal_reference;
  std::string code;
  std::optional<std::string> remark, decision_reference, decision_date, agent;
  // What else was sent: a repetition has the same.
  std::string others;
  bool operator==(const Feedback&) const = default;
};

struct SignalNotice {
  content::Signal signal;
  std::uint64_t sequence = 0;
  int repetition = 0;
};

struct ResultNotice {
  // Id and source of the answer that it is about.
  std::string feedback_id;
  std::string feedback_source;
  std::string client_reference;
  Verdict verdict;
};

// A signal that no consumer can use.
struct Malformed {
  std::uint64_t sequence = 0;
};

// One position of a mailbox. The same id: the same event again.
struct Event {
  std::string id;
  std::variant<SignalNotice, ResultNotice, Malformed> content;
};

}  // namespace semafoor::sandbox::podmi
