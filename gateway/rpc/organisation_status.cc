// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/organisation_status.h"

#include <string>
#include <utility>

namespace semafoor::rpc {

Result<void> fill_status(store::Reader& reader, const mailbox::MailboxSync& ebox,
                         const v1::Organisation& organisation, v1::OrganisationStatus& status) {
  const std::string& org = organisation.organisation().value();
  *status.mutable_organisation() = organisation;
  auto counters = reader.counters(org);
  if (!counters.ok()) return counters.error();
  status.set_messages(counters->messages);
  status.set_attachments_stored(counters->attachments_stored);
  status.set_attachments_pending(counters->attachments_pending);
  status.set_attachments_failed(counters->attachments_failed);
  status.set_signals_open(counters->signals_open);
  status.set_signals_total(counters->signals_total);
  status.set_feedback_queued(counters->feedback_queued);
  status.set_feedback_sent(counters->feedback_sent);
  status.set_feedback_accepted(counters->feedback_accepted);
  status.set_feedback_refused(counters->feedback_refused);
  status.set_feedback_unknown(counters->feedback_unknown);
  status.set_feedback_dead(counters->feedback_dead);
  status.set_feedback_unjudged(counters->feedback_unjudged);
  status.set_duplicates_suppressed(counters->duplicates_suppressed);
  auto duties = reader.duties(org);
  if (!duties.ok()) return duties.error();
  for (v1::DutyStatus& duty : *duties) *status.add_duties() = std::move(duty);
  return ebox.describe(reader, org, status);
}

}  // namespace semafoor::rpc
