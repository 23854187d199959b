// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/publish.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/ebox21/members.h"
#include "gateway/upstream/ebox21/multipart.h"
#include "gateway/upstream/ebox21/reply_message.h"

namespace semafoor::upstream::ebox21 {
namespace {

ReplyOutcome unknown(Error why) {
  // Whoever reads it must not take it for a thing to try again.
  why.retryable = false;
  why.retry_after_ms.reset();
  ReplyOutcome outcome;
  outcome.why_unknown = std::move(why);
  return outcome;
}

// Whoever refused it, it was not the interface that judges replies: worth another try.
Error unjudged(Error error) {
  error.retryable = true;
  error.upstream_status = 0;
  return error;
}

// After these the upstream may have taken the reply before it stumbled, or stands behind a gateway
// that gave up waiting for it (RFC 9110 section 15.6). 503 says that it did not begin, if it is the
// interface that says so; so does 501.
bool leaves_outcome_open(const HttpExchange& exchange) {
  if (exchange.status < 500) return false;
  const bool definite = exchange.status == 503 || exchange.status == 501;
  return !definite || !is_answer_of_api(exchange);
}

Result<ReplyOutcome> read_receipt(const HttpRequest& request, const HttpExchange& exchange) {
  const nlohmann::json body = nlohmann::json::parse(exchange.body, nullptr, false);
  ReplyOutcome outcome{.state = SendOutcome::received,
                       .message_id = identity(body, "messageId"),
                       .expiration_date = day(body, "expirationDate"),
                       .code = shown_text(text(body, "code")),
                       .text = shown_text(text(body, "message")),
                       .why_unknown = {}};
  // "Created", and what? Without its identity nobody could tell it from a stranger's page.
  if (outcome.message_id.empty()) {
    return unknown(malformed(request, exchange, "does not name the message it made"));
  }
  return outcome;
}

}  // namespace

Result<ReplyOutcome> publish_reply(Calls& calls, const ReplyMessage& reply, std::stop_token stop) {
  if (auto checked = check_reply(reply); !checked) return std::move(checked).error();
  std::vector<Measured> measured;
  for (const ReplyAttachment& attachment : reply.attachments) {
    Result<Measured> one = measure(attachment.content);
    if (!one) return std::move(one).error();
    measured.push_back(std::move(*one));
  }
  Multipart form("semafoor-" + domain::uuid_v4());
  form.add_text("messageToPublish", "application/json", message_to_publish(reply, measured));
  for (std::size_t i = 0; i < reply.attachments.size(); ++i) {
    const ReplyAttachment& attachment = reply.attachments[i];
    form.add_file(part_name(i), attachment.file_name, attachment.media_type, attachment.content,
                  measured[i].size, measured[i].sha256);
  }
  HttpRequest request =
      calls.write_request("POST", "Replying to a message of the e-Box", "/publishMessage");
  request.headers.emplace_back("Content-Type", form.content_type());
  request.stream = form.body();
  // As long as it takes; only a stall ends it.
  request.timeout = std::chrono::milliseconds::zero();

  const HttpExchange exchange = calls.send(request, {}, std::move(stop));
  if (exchange.failure) {
    const bool may_have_arrived = exchange.delivery != Delivery::never_sent && form.left_whole();
    if (may_have_arrived) return unknown(*exchange.failure);
    return *exchange.failure;
  }
  if (exchange.status == 201) return read_receipt(request, exchange);
  // Another success, or "see there", which may follow upon a thing done (RFC 9110 section 15.4).
  const bool only_elsewhere =
      exchange.status == 301 || exchange.status == 307 || exchange.status == 308;
  if (exchange.status < 400 && !only_elsewhere) {
    return unknown(malformed(request, exchange, "is not the answer that this operation has"));
  }
  Error error = optional_operation_error(request, exchange);
  if (leaves_outcome_open(exchange)) return unknown(std::move(error));
  // The page of some server in between says nothing about the reply.
  if (!is_answer_of_api(exchange)) return unjudged(std::move(error));
  return error;
}

}  // namespace semafoor::upstream::ebox21
