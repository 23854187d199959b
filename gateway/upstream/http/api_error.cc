// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/api_error.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "gateway/domain/masking.h"
#include "gateway/domain/text.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/retry_after.h"

namespace semafoor::upstream {
namespace {

using nlohmann::json;

std::string text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

// error="…" of a Bearer challenge (RFC 6750 section 3).
std::string challenge_error(std::string_view header) {
  constexpr std::string_view kName = "error=\"";
  const std::size_t start = header.find(kName);
  if (start == std::string_view::npos) return {};
  header.remove_prefix(start + kName.size());
  return std::string(header.substr(0, header.find('"')));
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Belgif problems may repeat the header in their body: `retryAfterSec`, or `retryAfter` as a date,
// of which only the first is exact enough to use.
std::optional<std::int64_t> retry_after(const HttpExchange& exchange, const json& body) {
  if (const auto ms =
          parse_retry_after(exchange.header("retry-after"), exchange.header("date"), unix_now())) {
    return ms;
  }
  const auto seconds = body.is_object() ? body.find("retryAfterSec") : body.end();
  if (!body.is_object() || seconds == body.end() || !seconds->is_number_integer()) {
    return std::nullopt;
  }
  return std::clamp<std::int64_t>(seconds->get<std::int64_t>(), 0, kLongestRetryAfterMs / 1000) *
         1000;
}

struct Meaning {
  ErrorKind kind;
  const char* code;
  const char* advice;
  bool retryable;
};

Meaning meaning_of(int status) {
  switch (status) {
    case 401:
      return {ErrorKind::unauthenticated, "upstream.unauthenticated",
              "the upstream does not accept the access token, also after a new one was asked for. "
              "Check client id, key and audience of the organisation",
              false};
    case 403:
      return {ErrorKind::permission_denied, "upstream.forbidden",
              "the client id lacks a scope or a permission. Check the registration of the "
              "organisation with the upstream",
              false};
    case 404:
      return {ErrorKind::not_found, "upstream.not_found",
              "it is not there (expired or moved), or the address in the configuration is wrong",
              false};
    case 408:
      return {ErrorKind::deadline_exceeded, "upstream.timeout",
              "the upstream did not receive the request in time; it is tried again later", true};
    case 409:
      return {ErrorKind::aborted, "upstream.conflict",
              "the upstream already has something else under this identity", false};
    case 413:
      return {ErrorKind::invalid_argument, "upstream.payload_too_large",
              "the request is larger than the upstream allows", false};
    case 429:
      return {ErrorKind::resource_exhausted, "upstream.rate_limited",
              "too many requests; it is tried again after the pause that the upstream asks for",
              true};
    default:
      break;
  }
  if (status >= 500) {
    return {ErrorKind::unavailable, "upstream.unavailable",
            "the upstream has a problem of its own; it is tried again later", true};
  }
  if (status >= 400) {
    return {ErrorKind::invalid_argument, "upstream.refused",
            "the upstream finds the request wrong; trying again does not help", false};
  }
  if (status >= 300) {
    return {ErrorKind::failed_precondition, "upstream.redirect",
            "the upstream points to another address, which is not followed because a token would "
            "go there. Correct the address in the configuration",
            false};
  }
  return {ErrorKind::internal, "upstream.malformed",
          "a status that this operation does not have. Check the address", true};
}

}  // namespace

std::string shown_text(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string shown;
  // Long enough that a number cannot lose digits at the cut and so escape the mask. A header may
  // hold any bytes.
  for (const char c : domain::as_utf8(text.substr(0, kLongest + 32))) {
    shown += static_cast<unsigned char>(c) < ' ' || c == 127 ? ' ' : c;
  }
  shown = domain::mask_national_numbers(shown);
  if (shown.size() > kLongest) {
    std::size_t cut = kLongest;
    // Not in the middle of a UTF-8 character.
    while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xc0) == 0x80) --cut;
    shown.resize(cut);
    shown += "...";
  }
  return shown;
}

ApiProblem read_problem(const HttpExchange& exchange) {
  ApiProblem problem;
  const json body = json::parse(exchange.body, nullptr, false);
  problem.retry_after_ms = retry_after(exchange, body);
  if (body.is_object()) {
    if (const std::string error = text_member(body, "error"); !error.empty()) {
      problem.shape = ApiProblem::Shape::oauth;
      problem.code = shown_text(error);
      problem.text = shown_text(text_member(body, "error_description"));
    } else if (body.contains("code") && body.contains("message")) {
      problem.shape = ApiProblem::Shape::status_message;
      problem.code = shown_text(text_member(body, "code"));
      problem.text = shown_text(text_member(body, "message"));
      problem.support_id = shown_trace_id(text_member(body, "id"));
    } else if (body.contains("type") || (body.contains("status") && body.contains("title"))) {
      problem.shape = ApiProblem::Shape::problem;
      problem.code = shown_text(text_member(body, "type"));
      const std::string detail = text_member(body, "detail");
      problem.text = shown_text(detail.empty() ? text_member(body, "title") : detail);
      problem.support_id = shown_text(text_member(body, "instance"));
    }
  }
  if (problem.code.empty()) {
    problem.code = shown_text(challenge_error(exchange.header("www-authenticate")));
  }
  return problem;
}

Error api_error(const HttpRequest& request, const HttpExchange& exchange) {
  const Meaning meaning = meaning_of(exchange.status);
  const ApiProblem problem = read_problem(exchange);
  std::string what = "the answer was " + std::to_string(exchange.status);
  if (!problem.code.empty()) what += " " + problem.code;
  if (!problem.text.empty()) what += " \"" + problem.text + "\"";
  if (!problem.support_id.empty()) what += ", id " + problem.support_id;
  Error error{.kind = meaning.kind,
              .code = meaning.code,
              .message = what + ": " + meaning.advice,
              .retryable = meaning.retryable};
  if (meaning.retryable) error.retry_after_ms = problem.retry_after_ms;
  return completed(std::move(error), request, exchange);
}

Error malformed(const HttpRequest& request, const HttpExchange& exchange, const std::string& what) {
  return completed(Error{.kind = ErrorKind::internal,
                         .code = "upstream.malformed",
                         .message = "the answer was " + std::to_string(exchange.status) + " and " +
                                    what + ". Check the address, or tell the upstream's support",
                         .retryable = true},
                   request, exchange);
}

bool is_answer_of_api(const HttpExchange& exchange) {
  return read_problem(exchange).shape != ApiProblem::Shape::none;
}

}  // namespace semafoor::upstream
