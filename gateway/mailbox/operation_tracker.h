// SPDX-License-Identifier: Apache-2.0
//
// Follows the open synchronisations: how far they are, when to tell, when they are over.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

// Any thread. Counts of attachments come from the callbacks of committed work, which the store
// calls in the order of the commits: so attach() and what settles meanwhile cannot disagree.
class OperationTracker {
 public:
  OperationTracker(store::Store& store, duties::Clock& clock, const SyncOptions& options);

  // Takes up the organisation's open operation, if there is one, and counts what is pending. Blocks
  // until the commit that looked is answered. Returns its id.
  Result<std::optional<std::string>> attach(const store::Org& org);
  bool follows(const store::Org& org, const std::string& operation_id);

  // Everything below does nothing for an organisation without open operation.
  void listed(const store::Org& org, std::int64_t messages, std::int64_t of);
  // So many attachments were queued by a commit.
  void expect(const store::Org& org, int attachments);
  // One attachment is no longer pending: stored (no problem), or failed.
  void settled(const store::Org& org, const std::string& problem);
  // A listing failed. False: it was the last try; the operation ends when what was queued is
  // settled.
  bool listing_failed(const store::Org& org, const Error& error);
  void listing_done(const store::Org& org, const std::string& problem);
  void waiting(const store::Org& org, const std::string& reason);

 private:
  struct Track {
    std::string id;
    std::string phase = "listing";
    std::int64_t listed = 0;
    std::int64_t listed_of = 0;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::int64_t failed = 0;
    int listing_failures = 0;
    bool listing_over = false;
    std::string listing_problem;
    std::string fetch_problem;
    int untold = 0;
    std::int64_t told_at = 0;
  };

  // Called with the mutex held.
  void tell(const store::Org& org, Track& track, int items);
  void finish_if_over(const store::Org& org);
  void write(const store::Org& org, const std::string& id, const std::string& event,
             std::function<void(v1::Operation&)> change);

  store::Store& store_;
  duties::Clock& clock_;
  const SyncOptions& options_;
  std::mutex mutex_;
  std::map<store::Org, Track> tracks_;
};

}  // namespace semafoor::mailbox
