// SPDX-License-Identifier: Apache-2.0
//
// Sends a return as a reply in the e-Box: commits that it is about to, sends, commits what came of
// it. The e-Box has no key that would make a second sending harmless and no list of what was sent:
// one whose outcome is not known is never sent again by itself; a person finds out.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"
#include "gateway/upstream/ebox_client.h"

namespace semafoor::changeover {

inline constexpr char kReturnTask[] = "list.return";

// The client of the provider that a message came from.
using ReplySource = std::function<Result<std::shared_ptr<upstream::EboxClient>>(
    const store::Org&, const std::string& provider)>;

struct SenderOptions {
  std::int64_t lease_ms = 60'000;
  duties::Backoff backoff{1'000, 900'000};
};

class ReturnSender {
 public:
  // Store and clock outlive the object.
  ReturnSender(store::Store& store, ReplySource source, duties::Clock& clock,
               SenderOptions options = {}, const duties::Random& random = duties::system_random());
  ~ReturnSender();

  void start();
  // Asks what is being sent to end, and waits until it has. Idempotent.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace semafoor::changeover
