// SPDX-License-Identifier: Apache-2.0
//
// Statuses and error bodies of the upstreams, as errors of ours. Three shapes are known (reference
// ebox-api 2.6): the e-Box StatusMessage of contract 2.1, the RFC 9457 problem in its Belgif
// flavour, and OAuth (RFC 6749 section 5.2, and RFC 6750 section 3 in WWW-Authenticate).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream {

// What an error body says, in whichever shape.
struct ApiProblem {
  enum class Shape { none, status_message, problem, oauth };
  Shape shape = Shape::none;
  // StatusMessage.code, problem.type, or OAuth's error.
  std::string code;
  // Free text for people, masked and shortened: it may be shown.
  std::string text;
  // Id that the upstream's support asks for.
  std::string support_id;
  std::optional<std::int64_t> retry_after_ms;
};

ApiProblem read_problem(const HttpExchange& exchange);

// The error of an answer that is not a success: "upstream.unauthenticated" (401), ".forbidden"
// (403), ".not_found" (404), ".conflict" (409), ".payload_too_large" (413), ".rate_limited" (429),
// ".unavailable" (5xx), ".redirect" (3xx), ".refused" (every other 4xx), ".malformed" (the rest).
Error api_error(const HttpRequest& request, const HttpExchange& exchange);

// An answer whose status is a success and whose body cannot be understood.
Error malformed(const HttpRequest& request, const HttpExchange& exchange, const std::string& what);

// `text` in at most 200 characters, without control characters and with every number that could be
// a national number replaced.
std::string shown_text(std::string_view text);

// Whether a 404 comes from the API itself and not from some server on the way: it then has one of
// the known shapes.
bool is_answer_of_api(const HttpExchange& exchange);

}  // namespace semafoor::upstream
