// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/proxy.h"

#include <string_view>
#include <utility>

#include "gateway/upstream/http/system_roots.h"
#include "gateway/upstream/http/url.h"
#include "gateway/vault/key_file.h"

namespace semafoor::upstream {
namespace {

Error failure(std::string message) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "upstream.proxy",
               .message = std::move(message),
               .retryable = true};
}

Result<void> give_credentials(CURL* easy, const std::filesystem::path& file) {
  const Result<vault::SecretBytes> read =
      vault::read_key_file(file.parent_path(), file.filename().string());
  if (!read) {
    return failure("the credentials for the proxy cannot be had: " + read.error().message +
                   " (The setting is proxy_credentials_file; the file holds user:password.) "
                   "Nothing was sent");
  }
  std::string_view text(read->data(), read->size());
  text = text.substr(0, text.find_first_of("\r\n"));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return failure("the credentials for the proxy cannot be used: " + file.string() +
                   " does not hold user:password in its first line. Nothing was sent");
  }
  // libcurl copies both. Basic is what a proxy of TLS tunnels asks for; its password travels in
  // clear to an http:// proxy, as everywhere.
  const std::string user(text.substr(0, colon));
  const vault::SecretBytes password(std::string(text.substr(colon + 1)) + '\0');
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC));
  curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, user.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, password.data());
  return {};
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

}  // namespace

Result<void> choose_proxy(CURL* easy, const ProxySettings& settings, const std::string& ca_file,
                          const std::string& url) {
  // An empty name also keeps libcurl from the environment.
  if (is_this_machine(url) || settings.address == kNoProxy) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    return {};
  }
  // For an https:// proxy, and for one that the environment names, the same rules as for upstreams.
  curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_PROXY_SSL_OPTIONS, system_roots_option());
  } else {
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, ca_file.c_str());
  }
  // Nothing of a request's own headers is for the proxy, least of all the token.
  curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  if (settings.address.empty()) return {};
  curl_easy_setopt(easy, CURLOPT_PROXY, settings.address.c_str());
  // Given even when empty: the list of the environment belongs to the proxy of the environment.
  curl_easy_setopt(easy, CURLOPT_NOPROXY, joined(settings.except).c_str());
  if (settings.credentials_file.empty()) return {};
  return give_credentials(easy, settings.credentials_file);
}

Error proxy_refusal(int status) {
  std::string what = "the proxy answered " + std::to_string(status) + " and made no way there. ";
  what += status == 407 ? "It wants a user and a password: proxy_credentials_file in the "
                          "configuration of the gateway"
                        : "Have the address allowed on the proxy, or name another one in the "
                          "configuration of the gateway";
  return Error{.kind = ErrorKind::unavailable,
               .code = "upstream.proxy",
               .message = what + "; nothing was sent",
               .retryable = true};
}

}  // namespace semafoor::upstream
