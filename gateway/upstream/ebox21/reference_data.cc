// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/reference_data.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/upstream/ebox21/list_query.h"
#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {
namespace {

// A provider that never reaches the end of its reference data is not followed for ever.
constexpr int kMostPages = 200;

std::string path_of(const std::string& kind) {
  return "/referenceData/" + kind;
}

}  // namespace

Result<ReferenceData::Answer> ReferenceData::ask(HttpRequest request, std::size_t most_bytes,
                                                 bool list, std::stop_token stop) {
  std::optional<ReferenceCache::Kept> kept = cache_->find(owner_, request.url);
  if (kept && kept->fresh) return Answer{.exchange = {}, .body = std::move(kept->body)};
  const bool conditional = kept && !kept->etag.empty();
  if (conditional) request.headers.emplace_back("If-None-Match", kept->etag);

  std::string received;
  const auto collect = [&](std::span<const std::byte> bytes) -> Result<void> {
    if (received.size() + bytes.size() > most_bytes) {
      return too_large("its body is larger than " + std::to_string(most_bytes / 1024) + " KiB");
    }
    received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  };
  Answer answer{.exchange = calls_.send(request, collect, std::move(stop)), .body = {}};
  if (answer.exchange.failure) return *answer.exchange.failure;
  if (list && Calls::says_nothing_there(answer.exchange)) return answer;
  answer.news = true;
  if (answer.exchange.status == 304 && conditional) {
    answer.body = std::move(kept->body);
    return answer;
  }
  if (answer.exchange.status != 200) return optional_operation_error(request, answer.exchange);
  answer.body = std::make_shared<const std::string>(std::move(received));
  return answer;
}

void ReferenceData::keep(const HttpRequest& request, Answer& answer) {
  if (answer.news) cache_->keep(owner_, request.url, answer.exchange, answer.body);
}

Result<void> ReferenceData::all(const std::string& purpose, const std::string& kind,
                                const std::function<bool(std::string_view)>& take,
                                std::stop_token stop) {
  std::int64_t seen = 0;
  for (int number = 1; number <= kMostPages; ++number) {
    const HttpRequest request = calls_.get_request(
        purpose, path_of(kind) + query_string({{"page", std::to_string(number)},
                                               {"pageSize", std::to_string(kLargestPage)}}));
    Result<Answer> answer = ask(request, kLargestJson, true, stop);
    if (!answer) return std::move(answer).error();
    if (!answer->body) break;
    const std::optional<Page> page = read_page(*answer->body);
    if (!page) return malformed(request, answer->exchange, "is not a page of items");
    keep(request, *answer);
    bool something_new = false;
    for (const std::string_view element : page->items) {
      if (take(element)) something_new = true;
    }
    seen += static_cast<std::int64_t>(page->items.size());
    // A provider that ignores `page` would send the same page for ever.
    if (!something_new || (page->total_given && seen >= page->total)) break;
  }
  return {};
}

Result<ReferenceCache::Body> ReferenceData::one(
    const std::string& purpose, const std::string& kind, const std::string& id,
    const std::function<std::string(std::string_view)>& id_of, std::stop_token stop) {
  if (!is_addressable(id)) return no_address("the reference data");
  const HttpRequest request =
      calls_.get_request(purpose, path_of(kind) + "/" + percent_encoded(id));
  Result<Answer> answer = ask(request, kLargestJson, false, std::move(stop));
  if (!answer) return std::move(answer).error();
  if (id_of(*answer->body) != id) {
    return malformed(request, answer->exchange, "is not about what was asked for");
  }
  keep(request, *answer);
  return answer->body;
}

Result<std::string> ReferenceData::image(const std::string& kind, const std::string& owner_id,
                                         const std::string& image_id, std::stop_token stop) {
  if (!is_addressable(owner_id) || !is_addressable(image_id)) return no_address("the image");
  HttpRequest request = calls_.get_request(
      "Fetching a logo of the e-Box", path_of(kind) + "/" + percent_encoded(owner_id) + "/images/" +
                                          percent_encoded(image_id) + "/content");
  request.headers = {{"Accept", "application/octet-stream, */*;q=0.5"}};
  Result<Answer> answer = ask(request, kLargestImage, false, std::move(stop));
  if (!answer) return std::move(answer).error();
  keep(request, *answer);
  return *answer->body;
}

}  // namespace semafoor::upstream::ebox21
