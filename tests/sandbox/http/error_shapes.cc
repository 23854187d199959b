// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/http/error_shapes.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "tests/sandbox/content/random.h"

namespace semafoor::sandbox::http {
namespace {

constexpr const char* kWhy = "injected by the control API";
constexpr const char* kSomeScope =
    "scope:document:management:consult:ws-eboxrestentreprise:documentconsumer";

struct Names {
  int status;
  const char* legacy;
  const char* problem;
  const char* oauth;
};
constexpr std::array<Names, 8> kNames{{
    {400, "INVALID_INPUT", "badRequest", "invalid_request"},
    {401, "UNAUTHORIZED", "invalidAccessToken", "invalid_token"},
    {403, "FORBIDDEN", "missingScope", "insufficient_scope"},
    {404, "NOT_FOUND", "resourceNotFound", "invalid_request"},
    {413, "INVALID_INPUT", "payloadTooLarge", "invalid_request"},
    {429, "TOO_MANY_REQUESTS", "tooManyRequests", "temporarily_unavailable"},
    {500, "TECHNICAL_ERROR", "internalServerError", "server_error"},
    {503, "SERVICE_UNAVAILABLE", "serviceUnavailable", "temporarily_unavailable"},
}};

std::string code_of(const Fault& fault, const char* Names::*shape, const char* otherwise) {
  if (!fault.code.empty()) return fault.code;
  for (const Names& one : kNames) {
    if (one.status == fault.status) return one.*shape;
  }
  return otherwise;
}

Reply legacy(const Fault& fault) {
  return json_reply(fault.status, {{"id", content::fresh_uuid()},
                                   {"code", code_of(fault, &Names::legacy, "TECHNICAL_ERROR")},
                                   {"message", kWhy},
                                   {"contact", "sandbox@example.invalid"},
                                   {"environment", "simulation"}});
}

Reply problem(const Fault& fault, std::int64_t now) {
  const std::string code = code_of(fault, &Names::problem, "internalServerError");
  Json body{{"type", "urn:problem-type:belgif:" + code},
            {"href", "https://www.belgif.be/specification/rest/api-guide/problems/" + code},
            {"status", fault.status},
            {"title", "HTTP " + std::to_string(fault.status)},
            {"detail", kWhy},
            {"instance", "urn:uuid:" + content::fresh_uuid()}};
  if (fault.status == 400 || fault.status == 404) {
    body["issues"] =
        Json::array({{{"type", "urn:problem-type:belgif:input-validation:schemaViolation"},
                      {"in", "query"},
                      {"name", "page"},
                      {"value", "0"},
                      {"detail", "must be 1 or more"}}});
  }
  if (code == "missingScope") body["requiredScopes"] = Json::array({kSomeScope});
  if (fault.retry_after >= 0) {
    using std::chrono::sys_seconds;
    const sys_seconds moment{std::chrono::seconds(now + fault.retry_after)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    body["retryAfter"] = text;
    body["retryAfterSec"] = fault.retry_after;
  }
  Reply reply = json_reply(fault.status, body);
  reply.content_type = "application/problem+json";
  return reply;
}

Reply oauth(const Fault& fault) {
  const std::string code = code_of(fault, &Names::oauth, "server_error");
  Reply reply = json_reply(fault.status, {{"error", code}, {"error_description", kWhy}});
  if (fault.status == 401 || fault.status == 403) {
    std::string challenge =
        "Bearer realm=\"sandbox\", error=\"" + code + "\", error_description=\"" + kWhy + "\"";
    if (fault.status == 403) challenge += std::string(", scope=\"") + kSomeScope + "\"";
    reply.headers.emplace_back("WWW-Authenticate", challenge);
  }
  return reply;
}

}  // namespace

Reply error_in_shape(const Fault& fault, std::int64_t now) {
  if (fault.shape == ErrorShape::legacy) return legacy(fault);
  if (fault.shape == ErrorShape::problem) return problem(fault, now);
  if (fault.shape == ErrorShape::oauth) return oauth(fault);
  Reply reply;
  reply.status = fault.status;
  reply.content_type = "text/html";
  reply.body = "<html><body>" + std::to_string(fault.status) + "</body></html>";
  return reply;
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds moment{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char text[40];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace semafoor::sandbox::http
