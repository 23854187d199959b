// SPDX-License-Identifier: Apache-2.0
#include "gateway/channels/channel.h"

#include <utility>

namespace semafoor::channels {
namespace {

// The one record of its kind.
constexpr char kId[] = "channel";
constexpr char kChanged[] = "channel.changed";

}  // namespace

Result<v1::ChannelState> channel_of(store::Reader& reader, const store::Org& org) {
  auto entry = reader.entry(org, kEntry, kId);
  if (!entry) return entry.error();
  v1::ChannelState state;
  if (!*entry) {
    state.mutable_organisation()->set_value(org);
    state.set_mode(v1::CHANNEL_MODE_ELECTRONIC);
    return state;
  }
  if (state.ParseFromString((*entry)->body)) return state;
  return Error{.kind = ErrorKind::data_loss,
               .code = "store.record_damaged",
               .message =
                   "Reading which channel an organisation is on: what is stored cannot be read. "
                   "Restore a backup."};
}

Result<v1::ChannelState> put_channel(store::Transaction& tx, const store::Org& org,
                                     v1::ChannelChange change) {
  auto state = channel_of(tx, org);
  if (!state) return state;
  change.set_from(state->mode());
  state->set_mode(change.to());
  *state->mutable_since() = change.changed_at();
  auto& changes = *state->mutable_changes();
  *changes.Add() = std::move(change);
  for (int i = changes.size() - 1; i > 0; --i) changes.SwapElements(i, i - 1);
  if (changes.size() > kMostChanges)
    changes.DeleteSubrange(kMostChanges, changes.size() - kMostChanges);
  auto put = tx.put_entry(org, {.kind = kEntry,
                                .id = kId,
                                .sort = state->since().unix_ms(),
                                .person = {},
                                .subject = {},
                                .body = state->SerializeAsString()});
  if (!put) return put.error();
  v1::Event event;
  event.set_type(kChanged);
  event.set_module(v1::MODULE_FEEDBACK);
  event.set_subject_id(org);
  if (auto told = tx.append_event(org, std::move(event)); !told) return told.error();
  return state;
}

}  // namespace semafoor::channels
