// SPDX-License-Identifier: Apache-2.0
//
// The page of states says what the tables say: no step more, no step less.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "gateway/domain/signal_life_cycle.h"
#include "gateway/feedback/answer_states.h"
#include "gateway/mailbox/attachment_states.h"

namespace semafoor {
namespace {

// "QUEUED --> SENDING: send" of the pictures below this heading.
std::set<std::string> drawn(const std::string& heading) {
  std::ifstream page(STATES_PAGE);
  EXPECT_TRUE(page) << STATES_PAGE;
  const std::regex step(R"(\s*([A-Z_]+ --> [A-Z_]+: [a-z_]+)\s*)");
  std::set<std::string> steps;
  bool here = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) here = line == "## " + heading;
    std::smatch found;
    if (!here || !std::regex_match(line, found, step)) continue;
    EXPECT_TRUE(steps.insert(found[1]).second) << "drawn twice: " << line;
  }
  return steps;
}

std::string short_name(const std::string& name, const std::string& prefix) {
  return name.substr(prefix.size());
}

const char* name_of(feedback::AnswerStep step) {
  using enum feedback::AnswerStep;
  switch (step) {
    case send:
      return "send";
    case received:
      return "received";
    case unknown:
      return "unknown";
    case no_effect:
      return "no_effect";
    case give_up:
      return "give_up";
    case accepted:
      return "accepted";
    case refused:
      return "refused";
    case partially_accepted:
      return "partially_accepted";
    case unjudged:
      return "unjudged";
    case replay:
      return "replay";
    case discard:
      return "discard";
    case to_wire:
      return "to_wire";
    case returned:
      return "returned";
    case taken_back:
      return "taken_back";
  }
  return "";
}

const char* name_of(domain::SignalAction action) {
  using enum domain::SignalAction;
  switch (action) {
    case assign:
      return "assign";
    case unassign:
      return "unassign";
    case investigate:
      return "investigate";
    case answer:
      return "answer";
    case accepted:
      return "accepted";
    case accepted_open:
      return "accepted_open";
    case refused:
      return "refused";
    case supersede:
      return "supersede";
    case unite:
      return "unite";
  }
  return "";
}

const char* name_of(mailbox::AttachmentStep step) {
  using enum mailbox::AttachmentStep;
  switch (step) {
    case store:
      return "store";
    case fail:
      return "fail";
    case request:
      return "request";
    case hold:
      return "hold";
  }
  return "";
}

TEST(States, ThePageDrawsTheTableOfAnswers) {
  std::set<std::string> table;
  for (const auto& its : feedback::kAnswerTransitions) {
    const std::string prefix = "FEEDBACK_STATE_";
    table.insert(short_name(v1::FeedbackState_Name(its.from), prefix) + " --> " +
                 short_name(v1::FeedbackState_Name(its.to), prefix) + ": " + name_of(its.step));
  }
  EXPECT_EQ(drawn("Answer"), table);
}

TEST(States, ThePageDrawsTheTableOfSignals) {
  std::set<std::string> table;
  for (const auto& its : domain::kSignalTransitions) {
    const std::string prefix = "SIGNAL_STATE_";
    table.insert(short_name(v1::SignalState_Name(its.from), prefix) + " --> " +
                 short_name(v1::SignalState_Name(its.to), prefix) + ": " + name_of(its.action));
  }
  EXPECT_EQ(drawn("Signal"), table);
}

TEST(States, ThePageDrawsTheTableOfAttachments) {
  std::set<std::string> table;
  for (const auto& its : mailbox::kAttachmentTransitions) {
    const std::string prefix = "ATTACHMENT_STATE_";
    table.insert(short_name(v1::AttachmentState_Name(its.from), prefix) + " --> " +
                 short_name(v1::AttachmentState_Name(its.to), prefix) + ": " + name_of(its.step));
  }
  EXPECT_EQ(drawn("Attachment"), table);
}

}  // namespace
}  // namespace semafoor
