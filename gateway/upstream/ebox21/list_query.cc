// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/list_query.h"

#include <algorithm>
#include <optional>

#include "gateway/domain/date.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {
namespace {

Error bad_filter(const std::string& what, const std::string& field) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = "upstream.bad_filter",
               .message = "Listing the messages of the e-Box: " + what + ". Correct the filter.",
               .field = field};
}

std::string truth(std::optional<bool> value) {
  if (!value) return {};
  return *value ? "true" : "false";
}

}  // namespace

Result<std::string> list_query(const ListFilter& filter) {
  for (const auto& [name, date] : {std::pair("receivedBefore", &filter.received_before),
                                   std::pair("receivedAfter", &filter.received_after),
                                   std::pair("expiredBefore", &filter.expired_before),
                                   std::pair("expiredAfter", &filter.expired_after)}) {
    if (!date->empty() && !domain::parse_date(*date)) {
      return bad_filter(std::string(name) + " is not a date yyyy-mm-dd", name);
    }
  }
  const std::string& language = filter.text_language;
  if (!language.empty() && language != "nl" && language != "fr" && language != "de") {
    return bad_filter("the language of a search is nl, fr or de", "qlang");
  }
  if (filter.text.empty() != language.empty()) {
    return bad_filter("a search has a text and its language, or neither", "q");
  }
  return query_string({{"page", std::to_string(std::max(1, filter.page))},
                       {"pageSize", std::to_string(std::clamp(filter.page_size, 1, kLargestPage))},
                       {"receivedBefore", filter.received_before},
                       {"receivedAfter", filter.received_after},
                       {"expiredBefore", filter.expired_before},
                       {"expiredAfter", filter.expired_after},
                       {"readStatus", truth(filter.read)},
                       {"visible", truth(filter.visible)},
                       {"messageTypeId", filter.message_type_id},
                       {"senderOrganizationId", filter.sender_organisation_id},
                       {"senderApplicationId", filter.sender_application_id},
                       {"registeredMail", truth(filter.registered_mail)},
                       {"q", filter.text},
                       {"qlang", language}});
}

}  // namespace semafoor::upstream::ebox21
