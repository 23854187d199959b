// SPDX-License-Identifier: Apache-2.0
//
// From what a provider lists to what we keep.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/mailbox/families.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"
#include "gateway/upstream/ebox_client.h"

namespace semafoor::mailbox {

struct RecordRules {
  const Families& families;
  // When main content is fetched, where the organisation itself does not say.
  const ReadDefaults& read;
  // Name of a sender organisation, empty when nobody knows it.
  std::function<v1::LocalizedText(const std::string& organisation_id)> sender_name;
  std::int64_t now_ms = 0;
};

struct Recorded {
  bool is_new = false;
  // Attachments that are to be fetched, with a task each.
  int pending = 0;
};

// Stores what is new about `remote` and queues its attachments, inside the caller's transaction. A
// message that says what it said before is left alone: no new version, no event. So is one that was
// removed because its time was over (retention.h).
Result<Recorded> record_message(store::Transaction& tx, const store::Org& org,
                                const std::string& provider, const upstream::RemoteMessage& remote,
                                const RecordRules& rules);

}  // namespace semafoor::mailbox
