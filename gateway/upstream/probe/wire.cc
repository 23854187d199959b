// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/probe/wire.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <utility>

#include "gateway/upstream/http/curl_handles.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/proxy.h"
#include "gateway/upstream/http/quiet_pipe.h"
#include "gateway/upstream/http/system_roots.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::probe {
namespace {

constexpr std::string_view kCertificateMember = "Cert:";

// One look; the findings are what libcurl's callback writes into.
struct Look {
  CurlLine line;
  WireFindings findings;
};

// The connection stands and nothing was sent: the only moment at which its TLS can be asked.
int on_connected(void* self, char* peer, char*, int, int) {
  Look& one = *static_cast<Look*>(self);
  one.findings.peer = peer;
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(one.line.easy.get(), CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
      session != nullptr && session->backend == CURLSSLBACKEND_OPENSSL &&
      session->internals != nullptr) {
    const SSL* const ssl = static_cast<const SSL*>(session->internals);
    one.findings.protocol = SSL_get_version(ssl);
    one.findings.cipher = SSL_get_cipher_name(ssl);
  }
  return CURL_PREREQFUNC_OK;
}

// What goes to the wire goes to nobody: a look has no request.
std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

void prepare(Look& one, const std::string& url, const HttpSettings& settings, bool trusting,
             char* reason) {
  CURL* const easy = one.line.easy.get();
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A lookup that hangs does not hold up whoever stops it.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, trusting ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, trusting ? 0L : 2L);
  curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
  if (settings.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_SSL_OPTIONS, system_roots_option());
  } else {
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
  }
  if (!settings.user_agent.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(settings.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, ignore);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, &one);
}

// nullopt: it was stopped.
std::optional<CURLcode> run(CurlLine& line, const std::stop_token& stop) {
  CURLM* const multi = line.multi.get();
  curl_multi_add_handle(multi, line.easy.get());
  std::optional<CURLcode> code;
  {
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    int running = 1;
    while (running > 0 && !stop.stop_requested()) {
      if (curl_multi_perform(multi, &running) != CURLM_OK) {
        code = CURLE_OUT_OF_MEMORY;
        break;
      }
      if (running > 0) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &left)) {
      if (message->msg == CURLMSG_DONE) code = message->data.result;
    }
  }
  curl_multi_remove_handle(multi, line.easy.get());
  return code;
}

std::chrono::milliseconds moment(CURL* easy, CURLINFO which) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, which, &microseconds);
  return std::chrono::milliseconds((microseconds + 999) / 1000);
}

std::optional<Certificate> certificate_of(CURL* easy) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
      chain->num_of_certs < 1) {
    return std::nullopt;
  }
  for (const curl_slist* member = chain->certinfo[0]; member != nullptr; member = member->next) {
    const std::string_view text(member->data);
    if (text.starts_with(kCertificateMember)) {
      return read_certificate(text.substr(kCertificateMember.size()));
    }
  }
  return std::nullopt;
}

// The certificate was looked at and not believed. OpenSSL's verdict, or libcurl's on the name.
const char* code_of_refusal(CURL* easy) {
  long verdict = X509_V_OK;
  curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "upstream.tls_expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "upstream.tls_not_yet_valid";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "upstream.tls_unknown_ca";
    // libcurl checks the name itself, and leaves OpenSSL's verdict as it was before any.
    case X509_V_OK:
    case X509_V_ERR_UNSPECIFIED:
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "upstream.tls_wrong_name";
    default:
      return "upstream.tls";
  }
}

Error failure_of(CURL* easy, CURLcode code, const char* reason) {
  long tunnel = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  if (tunnel >= 300) return proxy_refusal(static_cast<int>(tunnel));
  Error error = transfer_failure(code, reason, false, false);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      error.code = "upstream.dns";
      break;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      error.code = "upstream.proxy";
      break;
    case CURLE_SSL_CACERT_BADFILE:
      error.code = "upstream.tls_ca_file";
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
      error.code = code_of_refusal(easy);
      break;
    default:
      break;
  }
  return error;
}

void conclude(Look& one, std::optional<CURLcode> code, const char* reason) {
  CURL* const easy = one.line.easy.get();
  WireFindings& found = one.findings;
  const std::chrono::milliseconds total = moment(easy, CURLINFO_TOTAL_TIME_T);
  found.lookup = moment(easy, CURLINFO_NAMELOOKUP_TIME_T);
  const bool name_known = found.lookup.count() > 0;
  if (!name_known) found.lookup = total;
  found.connecting = std::max(total - found.lookup, std::chrono::milliseconds::zero());
  long tunnel = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
  found.by_proxy = tunnel != 0 || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY;
  if (found.peer.empty()) {
    const char* peer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &peer);
    if (peer != nullptr) found.peer = peer;
  }
  found.certificate = certificate_of(easy);
  found.reached = name_known ? Reached::name : Reached::nothing;
  if (code == CURLE_OK) {
    found.reached = Reached::connection;
  } else {
    found.failure = code ? failure_of(easy, *code, reason) : cancelled();
  }
}

WireFindings look_once(const std::string& url, const HttpSettings& settings, bool trusting,
                       const std::stop_token& stop) {
  // Both before the line, which may still speak while it closes.
  const QuietPipe quiet;
  char reason[CURL_ERROR_SIZE] = {};
  Look one;
  one.findings.clear = url.starts_with("http://");
  if (!one.line.multi || !one.line.easy) {
    one.findings.failure = Error{.kind = ErrorKind::resource_exhausted,
                                 .code = "upstream.no_handle",
                                 .message = "no memory or descriptor for another connection",
                                 .retryable = true};
    return std::move(one.findings);
  }
  if (auto way = choose_proxy(one.line.easy.get(), settings.proxy, settings.ca_file, url); !way) {
    one.findings.by_proxy = true;
    one.findings.failure = std::move(way).error();
    return std::move(one.findings);
  }
  prepare(one, url, settings, trusting, reason);
  conclude(one, run(one.line, stop), reason);
  return std::move(one.findings);
}

}  // namespace

std::string authority_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  const bool tls = url.starts_with("https://");
  std::string_view host = url.substr(start + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  host = host.substr(host.rfind('@') + 1);
  const std::size_t bracket = host.find(']');
  const bool has_port =
      host.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
  return std::string(host) + (has_port ? "" : tls ? ":443" : ":80");
}

WireFindings look(const std::string& url, const HttpSettings& settings, std::stop_token stop) {
  const Result<std::string> address = checked_base_url(url, "address");
  WireFindings found;
  if (!address) {
    found.failure = address.error();
    return found;
  }
  found = look_once(url, settings, false, stop);
  if (found.failure && found.failure->code.starts_with("upstream.tls") && !found.certificate &&
      !stop.stop_requested()) {
    // To tell whose certificate it is; what is not believed is sent nothing.
    found.certificate = look_once(url, settings, true, stop).certificate;
  }
  if (found.failure && found.failure->code.starts_with("upstream.")) {
    found.failure->message = "Connecting to " + authority_of(url) + ": " + found.failure->message;
  }
  return found;
}

}  // namespace semafoor::upstream::probe
