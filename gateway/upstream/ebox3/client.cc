// SPDX-License-Identifier: Apache-2.0
//
// The marks D, D* and ? are those of read_message.h.
#include "gateway/upstream/ebox3/client.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/upstream/ebox21/calls.h"
#include "gateway/upstream/ebox21/list_query.h"
#include "gateway/upstream/ebox21/read_reference.h"
#include "gateway/upstream/ebox3/not_established.h"
#include "gateway/upstream/ebox3/read_message.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox3 {
namespace {

using ebox21::Calls;
using ebox21::is_addressable;
using ebox21::no_address;

// ?: as in 2.1.
constexpr int kMostReferencePages = 200;
// D: /refData/... takes the place of /referenceData/..., seen as /refData/messageTypes/{id}. ?:
// that the collection lists.
constexpr char kMessageTypes[] = "/refData/messageTypes";

// Whether more is asked for than a page of a time. A provider may ignore a parameter that it does
// not know, and the whole box would pass for what was looked for.
bool searches(const ListFilter& filter) {
  return !filter.expired_before.empty() || !filter.expired_after.empty() || filter.read ||
         filter.visible || filter.registered_mail || !filter.message_type_id.empty() ||
         !filter.sender_organisation_id.empty() || !filter.sender_application_id.empty() ||
         !filter.text.empty() || !filter.text_language.empty();
}

class Client final : public EboxClient {
 public:
  Client(std::unique_ptr<ApiSession> session, std::string provider_id,
         std::chrono::milliseconds timeout)
      : calls_(std::move(session), timeout), provider_id_(std::move(provider_id)) {}

  const std::string& provider_id() const override { return provider_id_; }

  // D*: that the collection is /ebox/messages, newest publication first. D: without a filter a
  // consumer sees every partition. ?: the names of the parameters and the wrapping of the page are
  // those of 2.1.
  Result<RemotePage> list(const ListFilter& filter, std::stop_token stop) override {
    if (searches(filter)) return not_established("Searching the messages");
    Result<std::string> query = ebox21::list_query(filter);
    if (!query) return std::move(query).error();
    const HttpRequest request = calls_.get_request(
        "Listing the messages of the e-Box (provisional dialect 3)", "/ebox/messages" + *query);
    HttpExchange exchange;
    Result<std::optional<ebox21::Page>> answer = get_page(request, exchange, std::move(stop));
    if (!answer) return std::move(answer).error();
    RemotePage result;
    if (!answer->has_value()) return result;
    result.total = (*answer)->total;
    result.total_given = (*answer)->total_given;
    for (const std::string_view element : (*answer)->items) {
      Result<RemoteMessage> message = read_message(element, calls_.base_url());
      if (message) {
        result.messages.push_back(std::move(*message));
      } else {
        result.rejected.push_back("A message of the e-Box " + provider_id_ + " " +
                                  message.error().message + exchange.trace());
      }
    }
    return result;
  }

  // ?: the path of 2.1.
  Result<RemoteMessage> get(const std::string& message_id, std::stop_token stop) override {
    if (!is_addressable(message_id)) return no_address("the message");
    const HttpRequest request = calls_.get_request(
        "Reading a message of the e-Box (provisional dialect 3)", ebox21::message_path(message_id));
    const Result<HttpExchange> exchange = calls_.get(request, std::move(stop));
    if (!exchange) return exchange.error();
    Result<RemoteMessage> message = read_message(exchange->body, calls_.base_url());
    if (!message) return malformed(request, *exchange, message.error().message);
    if (message->id != message_id) {
      return malformed(request, *exchange, "is another message than the one asked for");
    }
    return message;
  }

  // Those that the message names: of a collection of their own nothing is known.
  Result<std::vector<RemoteAttachment>> attachments(const std::string& message_id,
                                                    std::stop_token stop) override {
    Result<RemoteMessage> message = get(message_id, std::move(stop));
    if (!message) return std::move(message).error();
    return std::move(message->attachments);
  }

  Result<RemoteAttachment> attachment(const std::string& message_id,
                                      const std::string& attachment_id,
                                      std::stop_token stop) override {
    if (!is_addressable(attachment_id)) return no_address("the attachment");
    Result<RemoteMessage> message = get(message_id, std::move(stop));
    if (!message) return std::move(message).error();
    for (RemoteAttachment& one : message->attachments) {
      if (one.id == attachment_id) return std::move(one);
    }
    return Error{.kind = ErrorKind::not_found,
                 .code = "upstream.not_found",
                 .message =
                     "Reading about an attachment of the e-Box (provisional dialect 3): the "
                     "message names none of that id. Read the message again."};
  }

  // ?: the path of 2.1, built from the identities as there.
  Result<void> content(const std::string& message_id, const std::string& attachment_id,
                       const Sink& sink, std::stop_token stop) override {
    if (!is_addressable(message_id) || !is_addressable(attachment_id)) {
      return no_address("the attachment");
    }
    HttpRequest request =
        calls_.get_request("Fetching an attachment of the e-Box (provisional dialect 3)",
                           ebox21::attachment_path(message_id, attachment_id) + "/content");
    request.headers = {{"Accept", "application/octet-stream, */*;q=0.5"}};
    request.timeout = std::chrono::milliseconds::zero();
    const HttpExchange exchange = calls_.send(request, sink, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    return {};
  }

  // Read anew each time: what 3 says of keeping them is not known.
  Result<std::vector<RemoteMessageType>> message_types(std::stop_token stop) override {
    std::vector<RemoteMessageType> types;
    std::set<std::string> known;
    std::int64_t seen = 0;
    for (int number = 1; number <= kMostReferencePages; ++number) {
      const HttpRequest request = calls_.get_request(
          "Reading the message types of the e-Box (provisional dialect 3)",
          kMessageTypes + query_string({{"page", std::to_string(number)},
                                        {"pageSize", std::to_string(ebox21::kLargestPage)}}));
      HttpExchange exchange;
      Result<std::optional<ebox21::Page>> answer = get_page(request, exchange, stop);
      if (!answer) return std::move(answer).error();
      if (!answer->has_value()) break;
      bool something_new = false;
      for (const std::string_view element : (*answer)->items) {
        std::optional<RemoteMessageType> type = ebox21::read_message_type(element);
        if (!type || !known.insert(type->id).second) continue;
        types.push_back(std::move(*type));
        something_new = true;
      }
      seen += static_cast<std::int64_t>((*answer)->items.size());
      // A provider that ignores `page` would send the same page for ever.
      if (!something_new || ((*answer)->total_given && seen >= (*answer)->total)) break;
    }
    return types;
  }

  // D: the path.
  Result<RemoteMessageType> message_type(const std::string& id, std::stop_token stop) override {
    if (!is_addressable(id)) return no_address("the message type");
    const HttpRequest request =
        calls_.get_request("Reading a message type of the e-Box (provisional dialect 3)",
                           std::string(kMessageTypes) + "/" + percent_encoded(id));
    const Result<HttpExchange> exchange = calls_.get(request, std::move(stop));
    if (!exchange) return exchange.error();
    std::optional<RemoteMessageType> type = ebox21::read_message_type(exchange->body);
    if (!type || type->id != id) {
      return malformed(request, *exchange, "is not the message type asked for");
    }
    return std::move(*type);
  }

  // Statistics take its place.
  Result<RemoteSummary> summary(std::stop_token) override {
    return not_established("Reading the summary");
  }
  Result<std::optional<v1::LocalizedText>> body(const std::string&, std::stop_token) override {
    return not_established("Reading the body of a message");
  }
  Result<std::optional<RemotePayment>> payment(const std::string&, std::stop_token) override {
    return not_established("Reading the payment data of a message");
  }
  // Senders are objects now; whether the reference data still list organisations is not known.
  Result<std::vector<RemoteSenderApplication>> sender_applications(std::stop_token) override {
    return not_established("Reading the sender applications");
  }
  Result<RemoteSenderApplication> sender_application(const std::string&, std::stop_token) override {
    return not_established("Reading a sender application");
  }
  Result<std::vector<RemoteSenderOrganisation>> sender_organisations(std::stop_token) override {
    return not_established("Reading the sender organisations");
  }
  Result<RemoteSenderOrganisation> sender_organisation(const std::string&,
                                                       std::stop_token) override {
    return not_established("Reading a sender organisation");
  }
  Result<std::string> image(ImageOwner, const std::string&, const std::string&,
                            std::stop_token) override {
    return not_established("Reading a logo");
  }
  Result<void> set_visible(std::span<const VisibilityChange>, std::stop_token) override {
    return not_established("Showing or hiding messages");
  }
  // An error means that nothing was sent, which is so.
  Result<ReplyOutcome> reply(const ReplyMessage&, std::stop_token) override {
    return not_established("Replying to a message");
  }

 private:
  // As in 2.1: a 404 of the API itself is an empty page.
  Result<std::optional<ebox21::Page>> get_page(const HttpRequest& request, HttpExchange& exchange,
                                               std::stop_token stop) {
    exchange = calls_.send(request, {}, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    if (Calls::says_nothing_there(exchange)) return std::optional<ebox21::Page>();
    if (exchange.status != 200) return api_error(request, exchange);
    std::optional<ebox21::Page> page = ebox21::read_page(exchange.body);
    if (!page) return malformed(request, exchange, "is not a page of items");
    return page;
  }

  Calls calls_;
  const std::string provider_id_;
};

}  // namespace

std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        std::string provider_id,
                                        std::chrono::milliseconds timeout) {
  return std::make_shared<Client>(std::move(session), std::move(provider_id), timeout);
}

}  // namespace semafoor::upstream::ebox3
