// SPDX-License-Identifier: Apache-2.0
//
// Channels and half-yearly lists that go back, wired: the room, who sends replies, and who looks
// whether a later list settled what went.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/app/config.h"
#include "gateway/changeover/changeover.h"
#include "gateway/changeover/return_sender.h"
#include "gateway/domain/result.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/event_follower.h"
#include "gateway/feedback/code_list.h"
#include "gateway/mailbox/providers.h"
#include "gateway/store/store.h"

namespace semafoor::app {

// Whether an answer given at that moment may go back: its code was on the list of the moment, and
// valid on that day in Belgium.
Result<bool> was_valid(store::Reader& reader, const feedback::CodesInForce& codes,
                       const std::string& code, std::int64_t given_ms);

class ChannelDuties {
 public:
  // All but `config` and `codes` outlive the object.
  ChannelDuties(const Config& config, store::Store& store, duties::Clock& clock,
                duties::Clients& clients, const feedback::CodesInForce& codes);

  changeover::Changeover& room() { return room_; }
  void start();
  // Idempotent.
  void stop();

 private:
  mailbox::Providers providers_;
  changeover::Changeover room_;
  changeover::ReturnSender sender_;
  duties::EventFollower settler_;
};

}  // namespace semafoor::app
