// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/cache_headers.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace semafoor::upstream::ebox21 {
namespace {

constexpr std::int64_t kLongest = 7 * 24 * 3600;
constexpr std::size_t kLongestEtag = 256;

// The lines of one header together (RFC 9110 section 5.3), in lower case.
std::string all_of(const HttpExchange& exchange, std::string_view name) {
  std::string all;
  for (const auto& [key, value] : exchange.headers) {
    if (key == name) all += (all.empty() ? "" : ",") + value;
  }
  std::transform(all.begin(), all.end(), all.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return all;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// "a, b=1, c="2"" by name; a comma inside quotes is not one that separates.
std::map<std::string, std::string> directives(std::string_view header) {
  std::map<std::string, std::string> found;
  std::size_t start = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= header.size(); ++i) {
    if (i < header.size() && header[i] == '"') quoted = !quoted;
    if (i < header.size() && (header[i] != ',' || quoted)) continue;
    const std::string_view one = trimmed(header.substr(start, i - start));
    start = i + 1;
    const std::size_t equals = one.find('=');
    std::string_view value =
        equals == std::string_view::npos ? std::string_view() : trimmed(one.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (!one.empty()) found.emplace(trimmed(one.substr(0, equals)), value);
  }
  return found;
}

// Whole seconds; what is no number is no promise (section 4.2.1: then it is stale).
std::int64_t seconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return kLongest;
  if (error != std::errc() || end != text.data() + text.size()) return 0;
  return std::clamp<std::int64_t>(value, 0, kLongest);
}

bool is_etag(std::string_view text) {
  const std::string_view opaque = text.starts_with("W/") ? text.substr(2) : text;
  return text.size() <= kLongestEtag && opaque.size() >= 2 && opaque.front() == '"' &&
         opaque.back() == '"' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 127; });
}

}  // namespace

CacheRules read_cache_rules(const HttpExchange& exchange) {
  CacheRules rules;
  const auto said = directives(all_of(exchange, "cache-control"));
  const std::string vary = all_of(exchange, "vary");
  if (said.contains("no-store") || vary.find('*') != std::string::npos) return rules;
  if (const std::string_view etag = exchange.header("etag"); is_etag(etag)) rules.etag = etag;
  rules.shared = said.contains("public") && !said.contains("private") &&
                 vary.find("authorization") == std::string::npos;
  if (const auto age = said.find("max-age"); age != said.end() && !said.contains("no-cache")) {
    // It may have lain in a cache on the way.
    const std::int64_t left = seconds(age->second) - seconds(exchange.header("age"));
    rules.fresh_for = std::chrono::seconds(std::max<std::int64_t>(0, left));
  }
  rules.keep = rules.fresh_for.count() > 0 || !rules.etag.empty();
  return rules;
}

}  // namespace semafoor::upstream::ebox21
