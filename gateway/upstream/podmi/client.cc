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
// that gave up waiting for it (RFC 9110 section 15.6). 503 says that it did not begin.
bool leaves_outcome_open(int status) {
  return status >= 500 && status != 503;
}

class Client final : public PodmiClient {
 public:
  Client(std::unique_ptr<ApiSession> session, std::string organisation,
         std::chrono::milliseconds timeout)
      : session_(std::move(session)), organisation_(std::move(organisation)), timeout_(timeout) {}

  Result<MailboxBatch> fetch(const std::string& cursor, int limit, std::stop_token stop) override {
    HttpRequest request = make_request(
        "GET", "Reading the mailbox of POD MI",
        "/v1/messages" +
            query_string({{"cursor", cursor},
                          {"limit", std::to_string(std::clamp(limit, 1, kLargestBatch))}}));
    request.headers = {{"Accept", "application/cloudevents-batch+json, application/problem+json"}};
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) return *exchange.failure;
    if (exchange.status != 200) return api_error(request, exchange);
    const auto elements = array_elements(exchange.body);
    if (!elements) return malformed(request, exchange, "is not a list of events");
    MailboxBatch batch;
    for (const std::string_view element : *elements) {
      Result<MailboxItem> item = read_item(element);
      if (item) {
        batch.cursor = item->cursor;
        batch.items.push_back(std::move(*item));
        continue;
      }
      batch.rejected.push_back(
          {"An event of the mailbox of POD MI " + item.error().message + exchange.trace(),
           std::string(element)});
      // One that is no event must not be delivered for ever.
      if (std::string position = cursor_of(element); !position.empty()) {
        batch.cursor = std::move(position);
      }
    }
    return batch;
  }

  Result<void> acknowledge(const std::string& cursor, std::stop_token stop) override {
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

  Result<SendOutcome> send(const v1::FeedbackItem& item, const std::string& signal_reference,
                           std::stop_token stop) override {
    HttpRequest request = make_request("POST", "Sending an answer to POD MI", "/v1/messages");
    request.headers.emplace_back("Content-Type", "application/cloudevents+json");
    request.body = feedback_event(item, signal_reference, organisation_);
    const HttpExchange exchange = session_->send(request, {}, stop);
    if (exchange.failure) {
      if (exchange.delivery == Delivery::never_sent) return unjudged(*exchange.failure);
      return SendOutcome::unknown;
    }
    if (exchange.status >= 200 && exchange.status < 300) return SendOutcome::received;
    if (leaves_outcome_open(exchange.status)) return SendOutcome::unknown;
    Error error = api_error(request, exchange);
    // The page of some server in between says nothing about the answer.
    if (!is_answer_of_api(exchange)) return unjudged(std::move(error));
    if (exchange.status == 409) {
      error.kind = ErrorKind::already_exists;
      error.code = "feedback.conflict";
    }
    return error;
  }

  Result<std::optional<MailboxContent::FeedbackResult>> lookup(const std::string& client_id,
                                                               std::stop_token stop) override {
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
  const std::chrono::milliseconds timeout_;
};

}  // namespace

std::shared_ptr<PodmiClient> make_client(std::unique_ptr<ApiSession> session,
                                         std::string organisation,
                                         std::chrono::milliseconds timeout) {
  return std::make_shared<Client>(std::move(session), std::move(organisation), timeout);
}

}  // namespace semafoor::upstream::podmi
