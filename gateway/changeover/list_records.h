// SPDX-License-Identifier: Apache-2.0
//
// The lists of knipperlichten as the e-Box brought them (proto lists.proto says where they are
// stored). Read only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"

namespace semafoor::changeover {

// Kinds of the store's entries; whoever reads the documents writes them (lists/entries.h).
inline constexpr char kListEntry[] = "signal.list";
inline constexpr char kListRowEntry[] = "signal.list.row";

// Of this channel, newest receipt first. There are a dozen a year.
Result<std::vector<v1::SignalList>> lists_of(store::Reader& reader, const store::Org& org,
                                             v1::SignalChannel channel);
// "channels.list_unknown".
Result<v1::SignalList> load_list(store::Reader& reader, const store::Org& org,
                                 const std::string& list_id);

// In their order, a page in memory at a time; an error of `visit` ends it.
using RowVisitor = std::function<Result<void>(const v1::SignalListRow&)>;
Result<void> visit_list_rows(store::Reader& reader, const store::Org& org,
                             const std::string& list_id, const RowVisitor& visit);

// Every entry of a kind about one subject, oldest first.
Result<void> visit_entries(store::Reader& reader, const store::Org& org, const std::string& kind,
                           const std::string& subject,
                           const std::function<Result<void>(const store::Entry&)>& visit);

// "store.record_damaged".
Error damaged(const std::string& what);
// `what` it is, in words, for that error: "a list".
template <typename Record>
Result<Record> read_record(const store::Entry& entry, const char* what) {
  Record record;
  if (!record.ParseFromString(entry.body)) return damaged(what);
  return record;
}

}  // namespace semafoor::changeover
