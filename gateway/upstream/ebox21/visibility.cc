// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/visibility.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

namespace semafoor::upstream::ebox21 {
namespace {

Error bad_request(const std::string& what) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "upstream.bad_request",
               .message = "Changing the visibility of messages of the e-Box: " + what +
                          ". Nothing was sent; correct the list.",
               .field = "changes"};
}

}  // namespace

Result<void> change_visibility(Calls& calls, std::span<const VisibilityChange> changes,
                               std::stop_token stop) {
  using nlohmann::json;
  if (changes.empty()) return {};
  if (changes.size() > kMostVisibilityChanges) {
    return bad_request("there are more than " + std::to_string(kMostVisibilityChanges));
  }
  std::set<std::string> known;
  json items = json::array();
  for (const VisibilityChange& change : changes) {
    if (!is_addressable(change.message_id)) return no_address("the message");
    if (!known.insert(change.message_id).second) return bad_request("one message is there twice");
    items.push_back({{"messageId", change.message_id}, {"visible", change.visible}});
  }
  HttpRequest request = calls.write_request(
      "PATCH", "Changing the visibility of messages of the e-Box", "/ebox/messages");
  request.headers.emplace_back("Content-Type", "application/merge-patch+json");
  request.body = json{{"items", std::move(items)}, {"totalItems", changes.size()}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
  const HttpExchange exchange = calls.send(request, {}, std::move(stop));
  if (exchange.failure) return *exchange.failure;
  // The contract says 200 without a body; 204 says the same.
  if (exchange.status != 200 && exchange.status != 204) {
    return optional_operation_error(request, exchange);
  }
  return {};
}

}  // namespace semafoor::upstream::ebox21
