// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/api_problem.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/retry_after.h"

namespace semafoor::upstream {
namespace {

using nlohmann::json;

constexpr std::size_t kMostListed = 5;

std::string text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

// One parameter of a Bearer challenge (RFC 6750 section 3): name="value" or name=value.
std::string challenge_parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = 0; (at = header.find(name, at)) != std::string_view::npos; ++at) {
    // "error" is also the beginning of "error_description".
    const bool begins = at == 0 || header[at - 1] == ' ' || header[at - 1] == ',';
    std::string_view rest = header.substr(at + name.size());
    if (!begins || !rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(", ")));
    rest.remove_prefix(1);
    return std::string(rest.substr(0, rest.find('"')));
  }
  return {};
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size() && words.size() < kMostListed;) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(shown_text(text.substr(at, end - at)));
    at = end + 1;
  }
  return words;
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Belgif problems may repeat the header in their body: `retryAfterSec`, or `retryAfter` as a
// moment, which counts from the server's own date when it gave one.
std::optional<std::int64_t> retry_after(const HttpExchange& exchange, const json& body) {
  const std::string_view date = exchange.header("date");
  if (const auto ms = parse_retry_after(exchange.header("retry-after"), date, unix_now())) {
    return ms;
  }
  if (!body.is_object()) return std::nullopt;
  if (const auto seconds = body.find("retryAfterSec");
      seconds != body.end() && seconds->is_number_integer()) {
    return std::clamp<std::int64_t>(seconds->get<std::int64_t>(), 0, kLongestRetryAfterMs / 1000) *
           1000;
  }
  const auto moment = domain::parse_moment(text_member(body, "retryAfter"));
  if (!moment) return std::nullopt;
  return std::clamp<std::int64_t>(*moment - parse_http_date(date).value_or(unix_now()) * 1000, 0,
                                  kLongestRetryAfterMs);
}

std::vector<std::string> issues_of(const json& body) {
  std::vector<std::string> issues;
  const auto list = body.find("issues");
  if (list == body.end() || !list->is_array()) return issues;
  for (const json& one : *list) {
    if (!one.is_object()) continue;
    if (issues.size() == kMostListed) break;
    std::string where = text_member(one, "in");
    if (const std::string name = text_member(one, "name"); !name.empty()) {
      where += (where.empty() ? "" : " ") + name;
    }
    std::string what = text_member(one, "detail");
    if (what.empty()) what = text_member(one, "title");
    if (what.empty()) what = text_member(one, "type");
    issues.push_back(shown_text(where.empty() ? what : where + ": " + what));
  }
  return issues;
}

void read_body(const json& body, ApiProblem& problem) {
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
    problem.issues = issues_of(body);
    if (const auto scopes = body.find("requiredScopes"); scopes != body.end()) {
      for (const json& one : *scopes) {
        if (one.is_string() && problem.required_scopes.size() < kMostListed) {
          problem.required_scopes.push_back(shown_text(one.get<std::string>()));
        }
      }
    }
  }
}

std::string joined(const std::vector<std::string>& list, const char* separator) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : separator) + one;
  return text;
}

}  // namespace

std::string_view ApiProblem::kind() const {
  const std::size_t colon = code.rfind(':');
  return std::string_view(code).substr(colon == std::string::npos ? 0 : colon + 1);
}

std::string ApiProblem::shown(int status) const {
  std::string what = std::to_string(status);
  if (!code.empty()) what += " " + code;
  if (!text.empty()) what += " \"" + text + "\"";
  if (!issues.empty()) what += " (" + joined(issues, "; ") + ")";
  if (!support_id.empty()) what += ", id " + support_id;
  return what;
}

ApiProblem read_problem(const HttpExchange& exchange) {
  ApiProblem problem;
  const json body = json::parse(exchange.body, nullptr, false);
  problem.retry_after_ms = retry_after(exchange, body);
  if (body.is_object()) read_body(body, problem);
  const std::string_view challenge = exchange.header("www-authenticate");
  if (problem.code.empty()) problem.code = shown_text(challenge_parameter(challenge, "error"));
  if (problem.text.empty()) {
    problem.text = shown_text(challenge_parameter(challenge, "error_description"));
  }
  if (problem.required_scopes.empty()) {
    problem.required_scopes = words_of(challenge_parameter(challenge, "scope"));
  }
  return problem;
}

}  // namespace semafoor::upstream
