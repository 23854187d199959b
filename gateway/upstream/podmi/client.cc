// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/podmi/client.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/json/slices.h"
#include "gateway/upstream/podmi/event.h"

namespace semafoor::upstream::podmi {
namespace {

constexpr int kLargestBatch = 500;

// After these the upstream may have taken the answer before it stumbled, or stands behind a gateway
// that gave up waiting for it (RFC 9110 section 15.6). Its own 503 says that it did not begin.
bool leaves_outcome_open(const HttpExchange& exchange) {
  if (exchange.status == 503) return !is_answer_of_api(exchange);
  return exchange.status >= 500 || (exchange.status >= 300 && exchange.status <= 303);
}

class Client final : public PodmiClient {
 public:
  Client(std::unique_ptr<ApiSession> session, std::string organisation, FetchManner manner,
         std::chrono::milliseconds timeout)
      : session_(std::move(session)),
        organisation_(std::move(organisation)),
        manner_(manner),
        timeout_(timeout) {}

  FetchManner manner() const override { return manner_; }

  Result<Fetched> fetch(const std::string& cursor, int limit, const Keep& keep,
                        std::stop_token stop) override {
    const bool removes = manner_ == FetchManner::removed;
    HttpRequest request = make_request(
        "GET", "Reading the mailbox of POD MI",
        "/v1/messages" +
            query_string({{"cursor", removes ? std::string() : cursor},
                          {"limit", std::to_string(std::clamp(limit, 1, kLargestBatch))}}));
    request.headers = {{"Accept", "application/cloudevents-batch+json, application/problem+json"}};
    HttpExchange exchange = session_->send(request, {}, stop);
    if (removes && keep && exchange.status == 200 && !exchange.body.empty()) {
      if (auto kept = keep(exchange.body); !kept) return std::move(kept).error();
    }
    if (exchange.failure) {
      if (!removes || exchange.status != 200 || exchange.body.empty()) return *exchange.failure;
      return Fetched{std::move(exchange.body), std::move(exchange.failure)};
    }
    if (exchange.status != 200) return api_error(request, exchange);
    if (array_elements(exchange.body)) return Fetched{std::move(exchange.body), std::nullopt};
    Error error = malformed(request, exchange, "is not a list of events");
    if (!removes) return error;
    return Fetched{std::move(exchange.body), std::move(error)};
  }

  Result<MailboxBatch> read(const Fetched& fetched) override {
    if (!fetched.problem && !array_elements(fetched.body)) {
      return Error{.kind = ErrorKind::data_loss,
                   .code = "upstream.malformed",
                   .message =
                       "Reading what the mailbox of POD MI sent: it is no whole list of "
                       "events. Tell the service desk of the authority"};
    }
    MailboxBatch batch;
    for (const std::string_view element : whole_elements(fetched.body)) {
      Result<MailboxItem> item = read_item(element);
      if (item) {
        batch.cursor = item->cursor;
        batch.items.push_back(std::move(*item));
        continue;
      }
      batch.rejected.push_back(
          {"An event of the mailbox of POD MI " + item.error().message, std::string(element)});
      // One that is no event must not be delivered for ever.
      if (std::string position = cursor_of(element); !position.empty()) {
        batch.cursor = std::move(position);
      }
    }
    return batch;
  }

  Result<void> acknowledge(const std::string& cursor, std::stop_token stop) override {
    if (manner_ != FetchManner::acknowledged) return {};
    HttpRequest request =
        make_request("POST", "Acknowledging in the mailbox of POD MI", "/v1/acknowledgements");
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = nlohmann::json{{"cursor", cursor}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 204 && exchange.status != 200) return api_error(request, exchange);
    return {};
  }

  Result<MailboxContent> parse(const MailboxItem& item) override {
    return read_content(item, organisation_);
  }

  Result<SendReceipt> send(const v1::FeedbackItem& item, const std::string& signal_reference,
                           std::stop_token stop) override {
    HttpRequest request = make_request("POST", "Sending an answer to POD MI", "/v1/messages");
    request.headers.emplace_back("Content-Type", "application/cloudevents+json");
    request.body = feedback_event(item, signal_reference, organisation_);
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) {
      if (exchange.delivery == Delivery::never_sent) return unjudged(*exchange.failure);
      return SendReceipt(SendOutcome::unknown);
    }
    if (exchange.status >= 200 && exchange.status < 300) {
      SendReceipt receipt(SendOutcome::received);
      // A judgement that cannot be read is asked for, or comes, later.
      auto judged = read_receipt(exchange.body, item.client_id());
      if (judged) receipt.result = std::move(*judged);
      return receipt;
    }
    if (leaves_outcome_open(exchange)) return SendReceipt(SendOutcome::unknown);
    Error error = api_error(request, exchange);
    // The page of some server in between says nothing about the answer.
    if (!is_answer_of_api(exchange)) return unjudged(std::move(error));
    if (exchange.status == 409) {
      error.kind = ErrorKind::already_exists;
      error.code = "feedback.conflict";
    }
    return error;
  }

  Result<std::optional<MailboxContent::FeedbackResult>> lookup(const v1::FeedbackItem& item,
                                                               std::stop_token stop) override {
    const std::string& client_id = item.client_id();
    const HttpRequest request = make_request("GET", "Asking POD MI about an answer",
                                             "/v1/feedback/" + percent_encoded(client_id));
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    // Some server's 404 page says nothing about the answer.
    if (exchange.status == 404 && is_answer_of_api(exchange)) {
      return std::optional<MailboxContent::FeedbackResult>();
    }
    if (exchange.status != 200) return api_error(request, exchange);
    Result<MailboxContent::FeedbackResult> status = read_status(exchange.body, client_id);
    if (!status) return malformed(request, exchange, status.error().message);
    return std::optional(std::move(*status));
  }

 private:
  // Whoever refused it, it was not the interface that judges answers: worth another try.
  static Error unjudged(Error error) {
    error.retryable = true;
    error.upstream_status = 0;
    return error;
  }

  HttpRequest make_request(const char* method, std::string purpose, const std::string& path) const {
    return HttpRequest{.method = method,
                       .url = session_->base_url() + path,
                       .headers = {{"Accept", "application/json, application/problem+json"}},
                       .body = {},
                       .purpose = std::move(purpose),
                       .timeout = timeout_};
  }

  const std::unique_ptr<ApiSession> session_;
  const std::string organisation_;
  const FetchManner manner_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace

std::shared_ptr<PodmiClient> make_client(std::unique_ptr<ApiSession> session,
                                         std::string organisation, FetchManner manner,
                                         std::chrono::milliseconds timeout) {
  return std::make_shared<Client>(std::move(session), std::move(organisation), manner, timeout);
}

}  // namespace semafoor::upstream::podmi
