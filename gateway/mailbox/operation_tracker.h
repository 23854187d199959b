// SPDX-License-Identifier: Apache-2.0
//
// Follows the open synchronisations: how far they are, when to tell, when they are over.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/duties/clock.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

// A part of a synchronisation is a provider, by its id, or the registry. It is over when all parts
// are: a part whose listing is done and whose attachments are settled, or of which nothing more can
// be had now.
//
// Any thread. Counts of attachments come from the callbacks of committed work, which the store
// calls in the order of the commits: so attach() and what settles meanwhile cannot disagree.
class OperationTracker {
 public:
  // The reading of the registry; no provider has an empty id.
  static constexpr char kRegistryPart[] = "";
  // The parts of an organisation's synchronisation as they are known when it begins.
  using PartsOf =
      std::function<Result<std::vector<std::string>>(store::Reader& reader, const store::Org& org)>;

  OperationTracker(store::Store& store, duties::Clock& clock, const SyncOptions& options,
                   PartsOf parts_of);

  // Takes up the organisation's open operation, if there is one: counts what is pending, and says
  // that `part` is being listed (null: all parts are to be). Blocks until the commit that looked is
  // answered.
  Result<void> attach(const store::Org& org, const std::string* part = nullptr);
  bool follows(const store::Org& org, const std::string& operation_id);

  // Everything below does nothing for an organisation without open operation, or a part that it
  // does not have.
  // A provider that became known meanwhile.
  void add_part(const store::Org& org, const std::string& part);
  void listed(const store::Org& org, const std::string& part, std::int64_t messages,
              std::int64_t of);
  // So many attachments were queued by a commit.
  void expect(const store::Org& org, const std::string& part, int attachments);
  // One attachment is no longer pending: stored (no problem), or failed.
  void settled(const store::Org& org, const std::string& part, const std::string& problem);
  // A listing failed; `problem` is what people are told when it was the last try, which it is when
  // this returns false. `known_down`: it failed often before this operation.
  bool listing_failed(const store::Org& org, const std::string& part, const Error& error,
                      bool known_down, const std::string& problem);
  void listing_done(const store::Org& org, const std::string& part, const std::string& problem);
  // The provider is not called now; nothing of it is waited for. `note` may be empty.
  void listing_rests(const store::Org& org, const std::string& part, const std::string& note);
  // The provider is not even asked, because it wanted to be left alone for long.
  void give_up(const store::Org& org, const std::string& part, const std::string& problem);
  void waiting(const store::Org& org, const std::string& reason);
  // The provider gives no attachments for now: they are not waited for when its listing failed too.
  void downloads_rest(const store::Org& org, const std::string& part);

 private:
  struct Part {
    std::int64_t listed = 0;
    std::int64_t listed_of = 0;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::int64_t failed = 0;
    int listing_failures = 0;
    // A listing that began after the operation did: what one before it found is not enough.
    bool begun = false;
    bool over = false;
    bool succeeded = false;
    bool rests = false;
    bool downloads_rest = false;
    std::string listing_problem;
    std::string fetch_problem;
    // What is pending of it does not come now.
    bool is_left() const { return rests || (downloads_rest && !listing_problem.empty()); }
  };
  struct Track {
    std::string id;
    std::string phase = "listing";
    std::map<std::string, Part> parts;
    int untold = 0;
    std::int64_t told_at = 0;
    bool lists() const;
    // Of all parts.
    Part sum() const;
  };

  // All called with the mutex held.
  Part* find(const store::Org& org, const std::string& part);
  void tell(const store::Org& org, Track& track, int items);
  void finish_if_over(const store::Org& org);
  static std::string problem_of(const Track& track);
  void write(const store::Org& org, const std::string& id, const std::string& event,
             std::function<void(v1::Operation&)> change);

  store::Store& store_;
  duties::Clock& clock_;
  const SyncOptions& options_;
  const PartsOf parts_of_;
  std::mutex mutex_;
  std::map<store::Org, Track> tracks_;
};

}  // namespace semafoor::mailbox
