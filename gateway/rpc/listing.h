// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "gateway/domain/result.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {

// A query of the store with the page size of `request` (0: `normal`) and, where both have one, its
// cursor.
template <typename Query, typename Request>
Result<Query> page_query(const Request& request, int normal = 100, int most = 500) {
  Query query;
  auto limit = page_size(request.page_size(), normal, most);
  if (!limit.ok()) return limit.error();
  query.limit = *limit;
  if constexpr (requires {
                  request.changed_since();
                  query.changed_since;
                }) {
    auto since = read_cursor(request.changed_since(), "changedSince");
    if (!since.ok()) return since.error();
    query.changed_since = *since;
  }
  return query;
}

// One page of a listing: filters and place out of `request`, items, next place and cursor into
// `response`. `page_of(query)` asks the room; `add(response)` gives the place of the next item.
template <typename Request, typename Response, typename Query, typename PageOf, typename Add>
Result<void> list_page(const Request& request, Response& response, Result<Query> query,
                       PageOf&& page_of, Add&& add) {
  if (!query.ok()) return query.error();
  Request filters(request);
  filters.clear_page_size();
  filters.clear_page_token();
  const std::uint64_t hash = filter_hash(filters);
  auto token = read_page_token(request.page_token(), hash);
  if (!token.ok()) return token.error();
  if (*token) query->position = (*token)->position;
  auto page = page_of(*query);
  if (!page.ok()) return page.error();
  for (auto& item : page->items) *add(response) = std::move(item);
  const std::int64_t changed = *token ? (*token)->changed : page->changed;
  if (!page->position.empty())
    response.set_next_page_token(write_page_token({changed, page->position}, hash));
  response.set_total_count(page->total);
  if constexpr (requires { response.set_cursor(std::string()); })
    response.set_cursor(std::to_string(changed));
  return {};
}

}  // namespace semafoor::rpc
