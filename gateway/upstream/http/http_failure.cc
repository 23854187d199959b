// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/http_failure.h"

#include <utility>

#include "gateway/upstream/http/url.h"

namespace semafoor::upstream {
namespace {

Error failure(ErrorKind kind, std::string code, std::string message) {
  return Error{
      .kind = kind, .code = std::move(code), .message = std::move(message), .retryable = true};
}

}  // namespace

Error cancelled() {
  return Error{.kind = ErrorKind::cancelled,
               .code = "upstream.cancelled",
               .message = "it was cancelled by this gateway",
               .retryable = true};
}

Error stalled() {
  return failure(ErrorKind::deadline_exceeded, "upstream.stalled",
                 "the transfer came to a halt (less than 1 KiB/s) and was given up; it is tried "
                 "again later");
}

Error too_large(const std::string& what) {
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "upstream.too_large",
               .message = "the answer was refused: " + what +
                          ". Ask the administrator of the upstream what it means"};
}

Error transfer_failure(CURLcode code, const char* reason, bool left, bool status_seen) {
  const std::string why = reason != nullptr && *reason != '\0' ? reason : curl_easy_strerror(code);
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      // libcurl's word, too, for an answer that has no status line.
      if (left) {
        return failure(ErrorKind::internal, "upstream.malformed",
                       "the answer is not HTTP (" + why + "). Check the address");
      }
      return Error{.kind = ErrorKind::invalid_argument,
                   .code = "upstream.bad_url",
                   .message = why + ". Correct the address in the configuration of the gateway"};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      if (!left) {
        return failure(ErrorKind::unavailable, "upstream.tls",
                       "no trusted TLS connection: " + why +
                           ". Check the certificate of the upstream, the CA file of the "
                           "configuration and the clock; nothing was sent");
      }
      break;
    case CURLE_OPERATION_TIMEDOUT:
      if (!left) break;
      return failure(ErrorKind::deadline_exceeded, "upstream.timeout",
                     "it was sent and no whole answer came in time (" + why + ")");
    case CURLE_WEIRD_SERVER_REPLY:
      return failure(ErrorKind::internal, "upstream.malformed",
                     "the answer is not HTTP (" + why + "). Check the address");
    default:
      break;
  }
  if (!left) {
    return failure(ErrorKind::unavailable, "upstream.unreachable",
                   "no connection (" + why +
                       "). Check the network, the proxy and the address; nothing was sent");
  }
  if (status_seen) {
    return failure(ErrorKind::data_loss, "upstream.truncated",
                   "the answer broke off before its announced end (" + why +
                       "); what came is not used, and it is tried again later");
  }
  return failure(ErrorKind::unavailable, "upstream.no_answer",
                 "it was sent and the connection broke before an answer (" + why +
                     "); whether it had an effect is unknown");
}

Error completed(Error error, const HttpRequest& request, const HttpExchange& exchange) {
  if (!error.code.starts_with("upstream.")) return error;
  error.message =
      request.purpose + " at " + shown_url(request.url) + ": " + error.message + exchange.trace();
  error.upstream_status = exchange.status;
  return error;
}

std::string shown_trace_id(std::string_view value) {
  std::string shown;
  for (const char c : value.substr(0, 36)) {
    if (c > ' ' && c < 127) shown += c;
  }
  return shown;
}

}  // namespace semafoor::upstream
