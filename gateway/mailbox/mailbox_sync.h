// SPDX-License-Identifier: Apache-2.0
//
// Brings each organisation's e-Box here: lists it, stores what is new, fetches the attachments.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/mailbox/families.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

struct SyncOptions {
  // 0: only on request.
  std::int64_t interval_ms = 900'000;
  double jitter = 0.1;
  std::int64_t first_delay_ms = 60'000;
  // Threads that list, and threads that fetch attachments, for all organisations together.
  int listers = 2;
  int downloaders = 8;
  // 1-100 (contract 2.1).
  int page_size = 100;
  // Families whose main content is not fetched, because fetching marks the message read for the
  // whole organisation.
  std::set<v1::MessageFamily> hold_back;
  // A listing that fails with a retryable error is tried this often before its operation ends.
  int listing_attempts = 3;
  // An operation does not wait longer than this for an upstream that asked for patience.
  std::int64_t longest_wait_ms = 120'000;
  // An attachment still not fetched after this many tries is FAILED while it is tried on. What the
  // upstream refuses for good is given up after the second number of tries.
  int attempts_until_failed = 4;
  int attempts_until_given_up = 60;
  duties::Backoff backoff{1'000, 3'600'000};
  // Progress is told after this many items or this much steady time, whichever comes first.
  int progress_items = 50;
  std::int64_t progress_ms = 500;
  std::int64_t lease_ms = 12'000;
};

inline constexpr char kSyncOperation[] = "mailbox.synchronise";
inline constexpr char kSyncDuty[] = "ebox.sync";
inline constexpr char kFetchTask[] = "attachment.fetch";

struct SyncStart {
  std::string operation_id;
  // It was running already.
  bool joined = false;
};

// An operation counts messages while its phase is "listing" and attachments while it is
// "downloading". It ends when the listing is done and no attachment known to it is untried:
// SUCCEEDED, PARTIAL (`problem` says what did not work; it is tried on in the background) or FAILED
// (nothing could be listed). A killed gateway goes on with it when it is back. Runs by interval
// report to an operation only when one is open.
class MailboxSync {
 public:
  // Store, families and clock outlive the object; start() comes before the store's first use by
  // others is over.
  MailboxSync(store::Store& store, const duties::EboxSource& ebox, const Families& families,
              duties::Clock& clock, SyncOptions options,
              const duties::Random& random = duties::system_random());
  ~MailboxSync();

  void start();
  // Within a second, whatever is in flight; what was begun is taken up by the next start.
  // Idempotent.
  void stop();

  // Starts one or joins the running one; returns after its record is durable.
  Result<SyncStart> synchronise(const store::Org& org);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace semafoor::mailbox
