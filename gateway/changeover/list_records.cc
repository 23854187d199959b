// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/list_records.h"

#include <algorithm>
#include <utility>

namespace semafoor::changeover {
namespace {

constexpr int kPage = 200;
constexpr char kAList[] = "a list";

}  // namespace

Error damaged(const std::string& what) {
  return Error{.kind = ErrorKind::data_loss,
               .code = "store.record_damaged",
               .message = "Reading " + what +
                          ": what is stored cannot be read. Restore a backup, or have the "
                          "document read again."};
}

Result<void> visit_entries(store::Reader& reader, const store::Org& org, const std::string& kind,
                           const std::string& subject,
                           const std::function<Result<void>(const store::Entry&)>& visit) {
  store::EntryQuery query{.limit = kPage, .subject = subject, .newest_first = false};
  do {
    auto page = reader.entries(org, kind, query);
    if (!page) return page.error();
    for (const store::Entry& entry : page->items)
      if (auto visited = visit(entry); !visited) return visited;
    query.position = page->position;
  } while (!query.position.empty());
  return {};
}

Result<std::vector<v1::SignalList>> lists_of(store::Reader& reader, const store::Org& org,
                                             v1::SignalChannel channel) {
  std::vector<v1::SignalList> lists;
  auto read =
      visit_entries(reader, org, kListEntry, {}, [&](const store::Entry& entry) -> Result<void> {
        auto list = read_record<v1::SignalList>(entry, kAList);
        if (!list) return list.error();
        if (list->channel() == channel) lists.push_back(std::move(*list));
        return {};
      });
  if (!read) return read.error();
  std::stable_sort(lists.begin(), lists.end(),
                   [](const v1::SignalList& one, const v1::SignalList& other) {
                     return one.received_at().unix_ms() > other.received_at().unix_ms();
                   });
  return lists;
}

Result<v1::SignalList> load_list(store::Reader& reader, const store::Org& org,
                                 const std::string& list_id) {
  auto entry = reader.entry(org, kListEntry, list_id);
  if (!entry) return entry.error();
  if (!*entry) {
    return Error{.kind = ErrorKind::not_found,
                 .code = "channels.list_unknown",
                 .message =
                     "Looking up a list of knipperlichten: there is none of that id. Take "
                     "one of ListReturns (\"unreturned\") or of Lists/ListSignalLists.",
                 .field = "listId"};
  }
  return read_record<v1::SignalList>(**entry, kAList);
}

Result<void> visit_list_rows(store::Reader& reader, const store::Org& org,
                             const std::string& list_id, const RowVisitor& visit) {
  return visit_entries(reader, org, kListRowEntry, list_id,
                       [&](const store::Entry& entry) -> Result<void> {
                         auto row = read_record<v1::SignalListRow>(entry, "a row of a list");
                         if (!row) return row.error();
                         return visit(*row);
                       });
}

}  // namespace semafoor::changeover
