// SPDX-License-Identifier: Apache-2.0
//
// Brings each organisation's e-Box here: lists it, stores what is new, fetches the attachments.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/duties/backoff.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/mailbox/families.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/mailbox/providers.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

struct SyncOptions {
  // 0: only on request.
  std::int64_t interval_ms = 900'000;
  double jitter = 0.1;
  std::int64_t first_delay_ms = 60'000;
  // Of each provider: threads that list, and threads that fetch attachments, for all organisations
  // together.
  int listers = 2;
  int downloaders = 8;
  // 1-100 (contract 2.1).
  int page_size = 100;
  // When main content is fetched, where the organisation itself does not say.
  ReadDefaults read;
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
  // The provider of the settings, and whether providers of the registry that speak 3 are called.
  std::string provider_id = "nsso";
  std::string provider_url;
  bool dialect3 = false;
  // How often the registry of providers is read, more or less `jitter` of it.
  std::int64_t registry_interval_ms = 86'400'000;
};

inline constexpr char kSyncOperation[] = "mailbox.synchronise";

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
//
// With a registry every provider of it has its own threads, schedule, back-off and DutyStatus
// ("ebox.sync.<id>"); "ebox.sync" is then the last success of any of them. An operation is PARTIAL
// when a provider could not be listed or, although it is active, is not called; `problem` names it.
class MailboxSync {
 public:
  // Store, families and clock outlive the object; start() comes before the store's first use by
  // others is over.
  MailboxSync(store::Store& store, const duties::EboxSource& ebox, const Families& families,
              duties::Clock& clock, SyncOptions options,
              const duties::Random& random = duties::system_random());
  MailboxSync(store::Store& store, EboxSources sources, const Families& families,
              duties::Clock& clock, SyncOptions options,
              const duties::Random& random = duties::system_random());
  ~MailboxSync();

  void start();
  // Within a second, whatever is in flight; what was begun is taken up by the next start.
  // Idempotent.
  void stop();

  // Starts one or joins the running one; returns after its record is durable.
  Result<SyncStart> synchronise(const store::Org& org, const domain::Act& act);
  // So many attachments of this provider were queued outside of a listing; from the callback of
  // that commit.
  void expect(const store::Org& org, const std::string& provider, int attachments);

  // Who the organisation's providers are and how they are doing.
  Result<void> describe(store::Reader& reader, const store::Org& org,
                        v1::OrganisationStatus& status) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace semafoor::mailbox
