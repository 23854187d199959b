// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/client.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {
namespace {

// Contract: pageSize 1 to 100.
constexpr int kLargestPage = 100;
// A provider that never reaches the end of its reference data is not followed for ever.
constexpr int kMostReferencePages = 200;

class Client final : public EboxClient {
 public:
  Client(std::unique_ptr<ApiSession> session, std::string provider_id,
         std::chrono::milliseconds timeout)
      : session_(std::move(session)), provider_id_(std::move(provider_id)), timeout_(timeout) {}

  const std::string& provider_id() const override { return provider_id_; }

  Result<RemotePage> list(int page, int page_size, const std::string& received_after,
                          std::stop_token stop) override {
    const HttpRequest request = get_request(
        "Listing the messages of the e-Box",
        "/ebox/messages" +
            query_string({{"page", std::to_string(std::max(1, page))},
                          {"pageSize", std::to_string(std::clamp(page_size, 1, kLargestPage))},
                          {"receivedAfter", received_after}}));
    HttpExchange exchange;
    Result<std::optional<Page>> answer = get_page(request, exchange, stop);
    if (!answer) return std::move(answer).error();
    RemotePage result;
    if (!answer->has_value()) return result;
    result.total = (*answer)->total;
    for (const std::string_view element : (*answer)->items) {
      Result<RemoteMessage> message = read_message(element, session_->base_url());
      if (message) {
        result.messages.push_back(std::move(*message));
      } else {
        result.rejected.push_back("A message of the e-Box " + provider_id_ + " " +
                                  message.error().message + exchange.trace());
      }
    }
    return result;
  }

  Result<RemoteMessage> get(const std::string& message_id, std::stop_token stop) override {
    if (!is_addressable(message_id)) return no_address("the message");
    const HttpRequest request =
        get_request("Reading a message of the e-Box", message_path(message_id));
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    Result<RemoteMessage> message = read_message(exchange.body, session_->base_url());
    if (!message) return malformed(request, exchange, message.error().message);
    if (message->id != message_id) {
      return malformed(request, exchange, "is another message than the one asked for");
    }
    return message;
  }

  Result<void> content(const std::string& message_id, const std::string& attachment_id,
                       const std::function<Result<void>(std::span<const std::byte>)>& sink,
                       std::stop_token stop) override {
    // The address is built from the identities. contentHref is never followed: it may lead to
    // another host, and the token with it (reference ebox-api 2.7).
    if (!is_addressable(message_id) || !is_addressable(attachment_id)) {
      return no_address("the attachment");
    }
    HttpRequest request = get_request(
        "Fetching an attachment of the e-Box",
        message_path(message_id) + "/attachments/" + percent_encoded(attachment_id) + "/content");
    // The contract says application/octet-stream; some providers send the file's own type.
    request.headers = {{"Accept", "application/octet-stream, */*;q=0.5"}};
    request.timeout = std::chrono::milliseconds::zero();
    const HttpExchange exchange = session_->send(request, sink, stop);
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    return {};
  }

  Result<std::vector<RemoteName>> message_types(std::stop_token stop) override {
    return reference_data("Reading the message types of the e-Box", "/referenceData/messageTypes",
                          read_message_type, stop);
  }

  Result<std::vector<RemoteName>> sender_organisations(std::stop_token stop) override {
    return reference_data("Reading the sender organisations of the e-Box",
                          "/referenceData/senderOrganizations", read_sender_organisation, stop);
  }

 private:
  using ReadName = std::optional<RemoteName> (*)(std::string_view);

  // "." and ".." would change the path (RFC 3986 section 5.2.4) although they need no encoding.
  static bool is_addressable(const std::string& id) {
    return !id.empty() && id != "." && id != "..";
  }

  static Error no_address(const std::string& what) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "upstream.no_address",
                 .message = "Fetching from the e-Box: " + what +
                            " has no identity that an address can be made of. Open it in the "
                            "portal of the e-Box."};
  }

  static std::string message_path(const std::string& message_id) {
    return "/ebox/messages/" + percent_encoded(message_id);
  }

  HttpRequest get_request(std::string purpose, const std::string& path) const {
    return HttpRequest{.method = "GET",
                       .url = session_->base_url() + path,
                       .headers = {{"Accept", "application/json"}},
                       .body = {},
                       .purpose = std::move(purpose),
                       .timeout = timeout_};
  }

  // One page of a collection; nullopt for an empty one. Views into the body of `exchange`.
  Result<std::optional<Page>> get_page(const HttpRequest& request, HttpExchange& exchange,
                                       std::stop_token stop) {
    exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    // Contract 2.1 lists 404 on collections, its rules for providers say 200 with an empty list:
    // both mean empty (reference ebox-api 2.3). A 404 that is not the API's own means a wrong
    // address, and must not pass for an empty mailbox.
    if (exchange.status == 404 && is_answer_of_api(exchange)) return std::optional<Page>();
    if (exchange.status != 200) return api_error(request, exchange);
    std::optional<Page> page = read_page(exchange.body);
    if (!page) return malformed(request, exchange, "is not a page of items");
    return page;
  }

  Result<std::vector<RemoteName>> reference_data(const std::string& purpose,
                                                 const std::string& path, ReadName read,
                                                 std::stop_token stop) {
    std::vector<RemoteName> names;
    std::set<std::string> known;
    std::int64_t seen = 0;
    for (int number = 1; number <= kMostReferencePages; ++number) {
      const HttpRequest request =
          get_request(purpose, path + query_string({{"page", std::to_string(number)},
                                                    {"pageSize", std::to_string(kLargestPage)}}));
      HttpExchange exchange;
      Result<std::optional<Page>> answer = get_page(request, exchange, stop);
      if (!answer) return std::move(answer).error();
      if (!answer->has_value()) break;
      const Page& page = **answer;
      bool something_new = false;
      for (const std::string_view element : page.items) {
        std::optional<RemoteName> name = read(element);
        if (!name || !known.insert(name->id).second) continue;
        names.push_back(std::move(*name));
        something_new = true;
      }
      seen += static_cast<std::int64_t>(page.items.size());
      // A provider that ignores `page` would send the same page for ever.
      if (!something_new || (page.total_given && seen >= page.total)) break;
    }
    return names;
  }

  const std::unique_ptr<ApiSession> session_;
  const std::string provider_id_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace

std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        std::string provider_id,
                                        std::chrono::milliseconds timeout) {
  return std::make_shared<Client>(std::move(session), std::move(provider_id), timeout);
}

}  // namespace semafoor::upstream::ebox21
