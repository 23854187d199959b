// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/mailbox/families.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/mailbox/operation_tracker.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

// Reads what one provider lists, from one day before the newest message known to be complete, and
// stores what is new.
class Lister {
 public:
  Lister(store::Store& store, duties::EboxSource ebox, const Families& families,
         duties::Clock& clock, const SyncOptions& options, OperationTracker& tracker,
         LaneNames names);

  Result<void> run(const store::Org& org, const std::stop_token& stop);

 private:
  struct Pass {
    std::int64_t newest_ms = 0;
    std::int64_t seen = 0;
    bool shrank = false;
    std::vector<std::string> rejected;
  };
  // Names of the senders by their organisation; they change rarely.
  struct Names {
    std::map<std::string, v1::LocalizedText> senders;
    std::int64_t valid_until = 0;
  };

  // How the provider was doing before this run.
  v1::DutyStatus standing(const store::Org& org);
  // What people are told of a failure: which provider, and since when it was not reached.
  std::string words_for(const Error& error, const v1::DutyStatus& before) const;
  Result<void> list(const store::Org& org, const std::stop_token& stop);
  Result<void> list_all(const store::Org& org, upstream::EboxClient& client,
                        const std::stop_token& stop);
  Result<Pass> one_pass(const store::Org& org, upstream::EboxClient& client,
                        const std::string& received_after, const std::stop_token& stop);
  Result<void> store_page(const store::Org& org, upstream::EboxClient& client,
                          const upstream::RemotePage& page, const std::stop_token& stop);
  Names names(const store::Org& org, upstream::EboxClient& client, const std::stop_token& stop);

  store::Store& store_;
  duties::EboxSource ebox_;
  const Families& families_;
  duties::Clock& clock_;
  const SyncOptions& options_;
  OperationTracker& tracker_;
  const LaneNames lane_;
  std::mutex mutex_;
  // By organisation.
  std::map<store::Org, Names> names_;
};

}  // namespace semafoor::mailbox
