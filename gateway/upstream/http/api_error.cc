// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/api_error.h"

#include <string_view>
#include <utility>

#include "gateway/upstream/http/http_failure.h"

namespace semafoor::upstream {
namespace {

struct Meaning {
  ErrorKind kind;
  const char* code;
  std::string advice;
  bool retryable = false;
};

// The types are of the Belgif guide (problem types of its OAuth chapter); the words of RFC 6750
// section 3.1 mean the same.
Meaning unauthenticated(const ApiProblem& problem) {
  std::string advice =
      "the upstream does not accept the access token, also after a new one was asked for. Check "
      "client id, key and audience of the organisation";
  if (problem.kind() == "noAccessToken") {
    advice =
        "the upstream saw no access token, although one was sent. Look for a proxy or filter on "
        "the way that takes the header Authorization out";
  } else if (problem.kind() == "invalidAccessToken" || problem.kind() == "invalid_token") {
    advice +=
        "; and that token_endpoint and the addresses of the APIs are of one environment "
        "(semafoor-gateway check shows them)";
  } else if (problem.kind() == "expiredAccessToken") {
    advice =
        "the upstream calls the access token expired, also one that was just given out: the clocks "
        "of the upstream differ. Tell its support, with the ids below";
  }
  return {ErrorKind::unauthenticated, "upstream.unauthenticated", std::move(advice)};
}

Meaning forbidden(const ApiProblem& problem) {
  if (problem.kind() == "missingScope" || problem.kind() == "insufficient_scope") {
    std::string advice = "the client id lacks the scope";
    for (const std::string& scope : problem.required_scopes) advice += " " + scope;
    return {ErrorKind::permission_denied, "upstream.missing_scope",
            advice +
                ". Have it added to the REST account (ChaMan), and look whether the configuration "
                "of the gateway asks for fewer scopes than there are (ebox_scope, podmi_scope)"};
  }
  if (problem.kind() == "missingPermission") {
    return {ErrorKind::permission_denied, "upstream.missing_permission",
            "the client may not do this for this enterprise. Check that the organisation accepted "
            "the terms for Document Consumers in the portal and, when a service provider acts for "
            "it, that it validated the mandate in Mahis"};
  }
  // The e-Box FAQ says of 403 only that a scope is missing.
  return {ErrorKind::permission_denied, "upstream.forbidden",
          "the client id lacks a scope or a permission. Check the registration of the organisation "
          "with the upstream: scopes of the REST account, terms accepted in the portal, mandate of "
          "a service provider"};
}

// Codes of the e-Box FAQ (reference ebox-api 2.6).
Meaning refused(const ApiProblem& problem) {
  std::string advice = "the upstream finds the request wrong; trying again does not help";
  if (problem.code == "INVALID_SENDER") {
    advice +=
        ". The combination of organisation, application and message type is not registered: ask "
        "the support of the e-Box";
  } else if (problem.code == "DIGEST_DO_NOT_MATCH" || problem.code == "INVALID_INPUT" ||
             problem.kind() == "badRequest") {
    advice += ". If the request was not typed by a person, report it with the ids below";
  }
  return {ErrorKind::invalid_argument, "upstream.refused", std::move(advice)};
}

Meaning meaning_of(int status, const ApiProblem& problem) {
  switch (status) {
    case 401:
      return unauthenticated(problem);
    case 403:
      return forbidden(problem);
    case 404:
      return {ErrorKind::not_found, "upstream.not_found",
              "it is not there (expired or moved), or the address in the configuration is wrong"};
    case 408:
      return {ErrorKind::deadline_exceeded, "upstream.timeout",
              "the upstream did not receive the request in time; it is tried again later", true};
    case 409:
      return {ErrorKind::aborted, "upstream.conflict",
              "the upstream already has something else under this identity"};
    case 413:
      return {ErrorKind::invalid_argument, "upstream.payload_too_large",
              "the request is larger than the upstream allows"};
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
  if (status >= 400) return refused(problem);
  if (status >= 300) {
    return {ErrorKind::failed_precondition, "upstream.redirect",
            "the upstream points to another address, which is not followed because a token would "
            "go there. Correct the address in the configuration"};
  }
  return {ErrorKind::internal, "upstream.malformed",
          "a status that this operation does not have. Check the address", true};
}

}  // namespace

Error api_error(const HttpRequest& request, const HttpExchange& exchange) {
  const ApiProblem problem = read_problem(exchange);
  Meaning meaning = meaning_of(exchange.status, problem);
  Error error{.kind = meaning.kind,
              .code = meaning.code,
              .message = "the answer was " + problem.shown(exchange.status) + ": " + meaning.advice,
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
