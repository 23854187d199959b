// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/list_calls.h"

#include <string>
#include <utility>
#include <vector>

#include "gateway/lists/list_reader.h"
#include "gateway/lists/lists.h"
#include "gateway/rpc/errors.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

Result<store::EntryQuery> query_of(const v1::GetListReadingsRequest& request) {
  auto query = page_query<store::EntryQuery>(request);
  if (!query.ok()) return query;
  if (auto fine = check_length(request.reading_id(), 64, "readingId"); !fine.ok())
    return fine.error();
  return query;
}

Result<std::vector<std::string>> wanted_ids(UseCases& rooms, const Call& call,
                                            const v1::ReadListsAgainRequest& request) {
  if (static_cast<std::size_t>(request.reading_ids_size()) > lists::kMostAgain)
    return invalid("readingIds", "More than " + std::to_string(lists::kMostAgain) +
                                     " documents were to be read again in one call. Send fewer.");
  std::vector<std::string> ids;
  for (const std::string& id : request.reading_ids()) {
    if (auto fine = check_id(id, "readingIds"); !fine.ok()) return fine.error();
    ids.push_back(id);
  }
  if (!ids.empty()) return ids;
  store::EntryQuery query;
  query.limit = static_cast<int>(lists::kMostAgain);
  auto page = rooms.lists->readings(call.org(), query, true);
  if (!page.ok()) return page.error();
  for (const v1::ListReading& reading : page->items) ids.push_back(reading.reading_id());
  return ids;
}

}  // namespace

Error no_lists() {
  return failure(ErrorKind::failed_precondition, "gateway.no_lists",
                 "What lists became was asked of a gateway that reads none.");
}

Result<void> get_list_readings(UseCases& rooms, const Call& call,
                               const v1::GetListReadingsRequest& request,
                               v1::GetListReadingsResponse& response) {
  if (rooms.lists == nullptr) return no_lists();
  const std::string& id = request.reading_id();
  if (id.empty())
    return list_page(
        request, response, query_of(request),
        [&](const auto& query) {
          return rooms.lists->readings(call.org(), query, request.problems_only());
        },
        [](auto& to) { return to.add_readings(); });
  return list_page(
      request, response, query_of(request),
      [&](const auto& query) -> Result<store::Page<v1::BadListRow>> {
        auto found = rooms.lists->reading(call.org(), id, query);
        if (!found.ok()) return found.error();
        *response.add_readings() = std::move(found->reading);
        // What a row says is for those who work with it.
        for (v1::BadListRow& row : found->bad_rows.items) row.clear_text();
        return std::move(found->bad_rows);
      },
      [](auto& to) { return to.add_bad_rows(); });
}

Result<void> read_lists_again(UseCases& rooms, const Call& call,
                              const v1::ReadListsAgainRequest& request,
                              v1::ReadListsAgainResponse& response) {
  if (rooms.lists == nullptr || rooms.list_reader == nullptr) return no_lists();
  auto ids = wanted_ids(rooms, call, request);
  if (!ids.ok()) return ids.error();
  auto readings = rooms.list_reader->again(call.org(), *ids, call.act);
  if (!readings.ok()) return readings.error();
  for (v1::ListReading& reading : *readings) *response.add_readings() = std::move(reading);
  return {};
}

}  // namespace semafoor::rpc
