// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/url.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace semafoor::upstream {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string_view origin_of(std::string_view url) {
  const std::size_t authority = url.find("://");
  if (authority == std::string_view::npos) return {};
  const std::size_t end = url.find_first_of("/?#", authority + 3);
  return url.substr(0, end);
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  // "127." alone would also match the name 127.example.org.
  return host.starts_with("127.") && std::all_of(host.begin(), host.end(), [](char c) {
           return c == '.' || (c >= '0' && c <= '9');
         });
}

}  // namespace

bool is_this_machine(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return false;
  std::string_view host = url.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  // What stands before an '@' is a user, and no host.
  if (host.find('@') != std::string_view::npos) return false;
  const std::size_t bracket = host.find(']');
  return is_loopback(
      host.substr(0, host.find(':', bracket == std::string_view::npos ? 0 : bracket)));
}

bool lies_under(std::string_view base_url, std::string_view url) {
  if (base_url.empty() || !url.starts_with(base_url)) return false;
  return url.size() == base_url.size() || url[base_url.size()] == '/' ||
         url[base_url.size()] == '?';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4];
    encoded += kHex[byte & 15];
  }
  return encoded;
}

std::string query_string(const std::vector<std::pair<std::string_view, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    query += query.empty() ? '?' : '&';
    query += name;
    query += '=';
    query += percent_encoded(value);
  }
  return query;
}

std::string shown_url(std::string_view url) {
  std::string shown(url.substr(0, url.find_first_of("?#")));
  const std::size_t authority = shown.find("://");
  if (authority == std::string::npos) return shown;
  const std::size_t path = shown.find('/', authority + 3);
  const std::size_t user = shown.rfind('@', path);
  if (user != std::string::npos && user > authority) {
    shown.erase(authority + 3, user - authority - 2);
  }
  return shown;
}

Result<std::string> checked_base_url(std::string_view url, const std::string& setting) {
  const auto refuse = [&](const std::string& what) {
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "upstream.bad_url",
                 .message = "Reading the setting " + setting + ": " + what +
                            ". Correct it in the configuration of the gateway."};
  };
  while (url.ends_with('/')) url.remove_suffix(1);
  const bool tls = url.starts_with("https://");
  if (!tls && !url.starts_with("http://")) return refuse("it is not an http or https address");
  std::string_view host = url.substr(tls ? 8 : 7);
  host = host.substr(0, host.find('/'));
  if (host.empty() || url.find_first_of("?#@ \t\r\n\\") != std::string_view::npos) {
    return refuse("it is not a plain address of a host and a path");
  }
  if (!tls && !is_this_machine(url)) {
    return refuse("it is clear http to another machine, where a token could be read; use https");
  }
  return std::string(url);
}

std::string path_under(std::string_view base_url, std::string_view href) {
  std::string absolute;
  if (href.starts_with('/') && !href.starts_with("//")) {
    absolute = std::string(origin_of(base_url)) + std::string(href);
    href = absolute;
  }
  if (href.size() <= base_url.size() || !href.starts_with(base_url) ||
      href[base_url.size()] != '/') {
    return {};
  }
  return std::string(href.substr(base_url.size()));
}

}  // namespace semafoor::upstream
