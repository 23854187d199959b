// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/client.h"

#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/upstream/ebox21/calls.h"
#include "gateway/upstream/ebox21/list_query.h"
#include "gateway/upstream/ebox21/publish.h"
#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/ebox21/read_reference.h"
#include "gateway/upstream/ebox21/reference_data.h"
#include "gateway/upstream/ebox21/visibility.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {
namespace {

constexpr char kMessageTypes[] = "messageTypes";
constexpr char kApplications[] = "senderApplications";
constexpr char kOrganisations[] = "senderOrganizations";

class Client final : public EboxClient {
 public:
  Client(std::unique_ptr<ApiSession> session, ClientSettings settings,
         std::shared_ptr<ReferenceCache> cache)
      : provider_id_(std::move(settings.provider_id)),
        calls_(std::move(session), settings.timeout),
        reference_(calls_, std::move(cache), std::move(settings.organisation)) {}

  const std::string& provider_id() const override { return provider_id_; }

  Result<RemoteSummary> summary(std::stop_token stop) override {
    const HttpRequest request = calls_.get_request("Reading the summary of the e-Box", "/ebox");
    const HttpExchange exchange = calls_.send(request, {}, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    // Contract: "No messages found".
    if (Calls::says_nothing_there(exchange)) return RemoteSummary{};
    if (exchange.status != 200) return api_error(request, exchange);
    std::optional<RemoteSummary> summary = read_summary(exchange.body);
    if (!summary) return malformed(request, exchange, "does not count the messages");
    return *summary;
  }

  Result<RemotePage> list(const ListFilter& filter, std::stop_token stop) override {
    Result<std::string> query = list_query(filter);
    if (!query) return std::move(query).error();
    const HttpRequest request =
        calls_.get_request("Listing the messages of the e-Box", "/ebox/messages" + *query);
    const HttpExchange exchange = calls_.send(request, {}, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    RemotePage result;
    if (Calls::says_nothing_there(exchange)) return result;
    if (exchange.status != 200) return api_error(request, exchange);
    const std::optional<Page> page = read_page(exchange.body);
    if (!page) return malformed(request, exchange, "is not a page of items");
    result.total = page->total;
    result.total_given = page->total_given;
    for (const std::string_view element : page->items) {
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

  Result<RemoteMessage> get(const std::string& message_id, std::stop_token stop) override {
    if (!is_addressable(message_id)) return no_address("the message");
    const HttpRequest request =
        calls_.get_request("Reading a message of the e-Box", message_path(message_id));
    const Result<HttpExchange> exchange = calls_.get(request, std::move(stop));
    if (!exchange) return exchange.error();
    Result<RemoteMessage> message = read_message(exchange->body, calls_.base_url());
    if (!message) return malformed(request, *exchange, message.error().message);
    if (message->id != message_id) {
      return malformed(request, *exchange, "is another message than the one asked for");
    }
    return message;
  }

  Result<std::vector<RemoteAttachment>> attachments(const std::string& message_id,
                                                    std::stop_token stop) override {
    if (!is_addressable(message_id)) return no_address("the message");
    const HttpRequest request = calls_.get_request("Listing the attachments of a message",
                                                   message_path(message_id) + "/attachments");
    // A 404 here is "messageId not found": the message is gone, not merely bare.
    const Result<HttpExchange> exchange = calls_.get(request, std::move(stop));
    if (!exchange) return exchange.error();
    const std::optional<Page> page = read_page(exchange->body);
    if (!page) return malformed(request, *exchange, "is not a page of items");
    std::vector<RemoteAttachment> all;
    for (const std::string_view element : page->items) {
      auto one = read_attachment(element, message_id, calls_.base_url());
      // A list with a hole would pass for the whole.
      if (!one) return malformed(request, *exchange, "has an attachment that cannot be read");
      all.push_back(std::move(*one));
    }
    return all;
  }

  Result<RemoteAttachment> attachment(const std::string& message_id,
                                      const std::string& attachment_id,
                                      std::stop_token stop) override {
    if (!is_addressable(message_id) || !is_addressable(attachment_id)) {
      return no_address("the attachment");
    }
    const HttpRequest request = calls_.get_request("Reading about an attachment of the e-Box",
                                                   attachment_path(message_id, attachment_id));
    const Result<HttpExchange> exchange = calls_.get(request, std::move(stop));
    if (!exchange) return exchange.error();
    auto one = read_attachment(exchange->body, message_id, calls_.base_url());
    // Without a name (which the contract requires) and an identity it is any JSON object.
    if (!one || (one->id.empty() && one->file_name.empty())) {
      return malformed(request, *exchange, "is not an attachment");
    }
    // The contract does not require the id in the answer.
    if (one->id.empty()) one->id = attachment_id;
    if (one->id != attachment_id) {
      return malformed(request, *exchange, "is another attachment than the one asked for");
    }
    return std::move(*one);
  }

  Result<void> content(const std::string& message_id, const std::string& attachment_id,
                       const Sink& sink, std::stop_token stop) override {
    // The address is built from the identities. contentHref is never followed: it may lead to
    // another host, and the token with it (reference ebox-api 2.7).
    if (!is_addressable(message_id) || !is_addressable(attachment_id)) {
      return no_address("the attachment");
    }
    HttpRequest request =
        calls_.get_request("Fetching an attachment of the e-Box",
                           attachment_path(message_id, attachment_id) + "/content");
    // The contract says application/octet-stream; some providers send the file's own type.
    request.headers = {{"Accept", "application/octet-stream, */*;q=0.5"}};
    request.timeout = std::chrono::milliseconds::zero();
    const HttpExchange exchange = calls_.send(request, sink, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    return {};
  }

  Result<std::optional<v1::LocalizedText>> body(const std::string& message_id,
                                                std::stop_token stop) override {
    return part<v1::LocalizedText>(message_id, "body", "Reading the body of a message", read_body,
                                   std::move(stop));
  }

  Result<std::optional<RemotePayment>> payment(const std::string& message_id,
                                               std::stop_token stop) override {
    return part<RemotePayment>(message_id, "paymentData", "Reading the payment data of a message",
                               read_payment, std::move(stop));
  }

  Result<std::vector<RemoteMessageType>> message_types(std::stop_token stop) override {
    return all(kMessageTypes, read_message_type, std::move(stop));
  }
  Result<std::vector<RemoteSenderApplication>> sender_applications(std::stop_token stop) override {
    return all(kApplications, read_sender_application, std::move(stop));
  }
  Result<std::vector<RemoteSenderOrganisation>> sender_organisations(
      std::stop_token stop) override {
    return all(kOrganisations, read_sender_organisation, std::move(stop));
  }
  Result<RemoteMessageType> message_type(const std::string& id, std::stop_token stop) override {
    return one(kMessageTypes, id, read_message_type, std::move(stop));
  }
  Result<RemoteSenderApplication> sender_application(const std::string& id,
                                                     std::stop_token stop) override {
    return one(kApplications, id, read_sender_application, std::move(stop));
  }
  Result<RemoteSenderOrganisation> sender_organisation(const std::string& id,
                                                       std::stop_token stop) override {
    return one(kOrganisations, id, read_sender_organisation, std::move(stop));
  }

  Result<std::string> image(ImageOwner owner, const std::string& owner_id,
                            const std::string& image_id, std::stop_token stop) override {
    return reference_.image(
        owner == ImageOwner::sender_application ? kApplications : kOrganisations, owner_id,
        image_id, std::move(stop));
  }

  Result<void> set_visible(std::span<const VisibilityChange> changes,
                           std::stop_token stop) override {
    return change_visibility(calls_, changes, std::move(stop));
  }

  Result<ReplyOutcome> reply(const ReplyMessage& reply, std::stop_token stop) override {
    return publish_reply(calls_, reply, std::move(stop));
  }

 private:
  template <typename Item>
  using Read = std::optional<Item> (*)(std::string_view);

  // What a message may have or not, and a provider too.
  template <typename Item>
  Result<std::optional<Item>> part(const std::string& message_id, const std::string& segment,
                                   std::string purpose, Read<Item> read, std::stop_token stop) {
    if (!is_addressable(message_id)) return no_address("the message");
    const HttpRequest request =
        calls_.get_request(std::move(purpose), message_path(message_id) + "/" + segment);
    const HttpExchange exchange = calls_.send(request, {}, std::move(stop));
    if (exchange.failure) return *exchange.failure;
    if (Calls::says_nothing_there(exchange)) return std::optional<Item>();
    if (exchange.status != 200) return optional_operation_error(request, exchange);
    std::optional<Item> item = read(exchange.body);
    if (!item) return malformed(request, exchange, "is not what the contract describes");
    return item;
  }

  static std::string purpose_of(const std::string& kind) {
    const std::string what = kind == kMessageTypes   ? "message types"
                             : kind == kApplications ? "sender applications"
                                                     : "sender organisations";
    return "Reading the " + what + " of the e-Box";
  }

  template <typename Item>
  Result<std::vector<Item>> all(const std::string& kind, Read<Item> read, std::stop_token stop) {
    std::vector<Item> items;
    std::set<std::string> known;
    const auto take = [&](std::string_view element) {
      std::optional<Item> item = read(element);
      if (!item || !known.insert(item->id).second) return false;
      items.push_back(std::move(*item));
      return true;
    };
    if (auto done = reference_.all(purpose_of(kind), kind, take, std::move(stop)); !done) {
      return std::move(done).error();
    }
    return items;
  }

  template <typename Item>
  Result<Item> one(const std::string& kind, const std::string& id, Read<Item> read,
                   std::stop_token stop) {
    const auto id_of = [read](std::string_view element) {
      const std::optional<Item> item = read(element);
      return item ? item->id : std::string();
    };
    auto body = reference_.one(purpose_of(kind), kind, id, id_of, std::move(stop));
    if (!body) return std::move(body).error();
    return std::move(*read(**body));
  }

  const std::string provider_id_;
  Calls calls_;
  ReferenceData reference_;
};

}  // namespace

std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        ClientSettings settings,
                                        std::shared_ptr<ReferenceCache> cache) {
  return std::make_shared<Client>(std::move(session), std::move(settings), std::move(cache));
}

}  // namespace semafoor::upstream::ebox21
