// SPDX-License-Identifier: Apache-2.0
//
// Error bodies of the upstreams, read. Three shapes are known (reference ebox-api 2.6): the e-Box
// StatusMessage of contract 2.1, the RFC 9457 problem in its Belgif flavour, and OAuth (RFC 6749
// section 5.2, and RFC 6750 section 3 in WWW-Authenticate).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream {

// What an error body says, in whichever shape. All of it is masked and shortened: it may be shown.
struct ApiProblem {
  enum class Shape { none, status_message, problem, oauth };
  Shape shape = Shape::none;
  // StatusMessage.code, problem.type, or OAuth's error.
  std::string code;
  // Free text for people.
  std::string text;
  // Id that the upstream's support asks for: `id` of a StatusMessage, `instance` of a problem.
  std::string support_id;
  // What is wrong with the request, of a Belgif problem: "query page: must be 1 or more". The
  // refused value itself is left out: it may be a person's. At most five.
  std::vector<std::string> issues;
  // `requiredScopes` of a problem, or the scope of a Bearer challenge. At most five.
  std::vector<std::string> required_scopes;
  std::optional<std::int64_t> retry_after_ms;

  // Last part of `code`: "missingScope" of "urn:problem-type:belgif:missingScope".
  std::string_view kind() const;
  // `401 invalid_client "unknown certificate", id …`, without what it is about.
  std::string shown(int status) const;
};

ApiProblem read_problem(const HttpExchange& exchange);

// `text` in at most 200 characters, without control characters and with every number that could be
// a national number replaced.
std::string shown_text(std::string_view text);

}  // namespace semafoor::upstream
