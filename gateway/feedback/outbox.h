// SPDX-License-Identifier: Apache-2.0
//
// Sends stored answers: commits that it is about to, sends, commits what came of it. A send whose
// outcome is not known is looked up under its client id before anything else is tried
// (architecture, decision 6).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/feedback/code_list.h"
#include "gateway/store/store.h"

namespace semafoor::feedback {

struct OutboxOptions {
  int senders = 4;
  std::int64_t lease_ms = 12'000;
  duties::Backoff backoff{1'000, 900'000};
  // First look-up of an unknown outcome.
  std::int64_t lookup_after_ms = 500;
  // After this many sends at which the upstream itself failed the answer becomes a dead letter.
  // Those that never reached it, or lacked a right, do not count.
  int max_attempts = 500;
};

inline constexpr char kSendTask[] = "feedback.send";
inline constexpr char kOutboxDuty[] = "feedback.outbox";

class Outbox {
 public:
  // Store and clock outlive the object. `on_sent` (may be empty) is told of each answer the
  // upstream has; it returns at once.
  Outbox(store::Store& store, duties::PodmiSource podmi, CodesInForce codes, duties::Clock& clock,
         OutboxOptions options, std::function<void(const store::Org&)> on_sent = {},
         const duties::Random& random = duties::system_random());
  ~Outbox();

  void start();
  // Within a second, whatever is in flight. Idempotent.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The authority's judgement on an answer, inside the transaction that stores the message it came
// in; fits signals::ResultSink. Judging the same way twice changes nothing and counts as a
// duplicate. Errors: "feedback.unknown_client_id", "feedback.already_decided".
Result<void> apply_result(store::Transaction& tx, const store::Org& org, const CodesInForce& codes,
                          const upstream::MailboxContent::FeedbackResult& result,
                          std::int64_t now_ms);

}  // namespace semafoor::feedback
