// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/http_client.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <exception>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/http/curl_handles.h"
#include "gateway/upstream/http/http_failure.h"
#include "gateway/upstream/http/proxy.h"
#include "gateway/upstream/http/quiet_pipe.h"
#include "gateway/upstream/http/request_body.h"
#include "gateway/upstream/http/stall_watch.h"
#include "gateway/upstream/http/system_roots.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream {
namespace {

constexpr std::int64_t kStallBytesPerSecond = 1024;
// An error body is read for its explanation, and that is short.
constexpr std::size_t kLargestErrorBody = 64 * 1024;
constexpr std::size_t kLargestHeaders = 64 * 1024;
constexpr long kReceiveBuffer = 128 * 1024;

// State of one exchange, seen by libcurl's callbacks (all on the calling thread).
struct Progress {
  CURL* easy;
  const ContentSink* sink;
  std::stop_token stop;
  StallWatch stall;
  HttpExchange exchange;
  RequestBody body;
  std::size_t header_bytes = 0;
  // The empty line after the headers came.
  bool head_whole = false;
  curl_off_t transferred = 0;
  // Set when we ended the transfer, so that libcurl's own code means nothing.
  std::optional<Error> ended_by_us;
  bool seen_enough = false;
};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
  Progress& progress = *static_cast<Progress*>(self);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    // An interim answer, or that of a proxy, came before the real one.
    progress.exchange.headers.clear();
    progress.header_bytes = 0;
    progress.head_whole = false;
    return size;
  }
  progress.header_bytes += size;
  if (progress.header_bytes > kLargestHeaders) {
    progress.ended_by_us = too_large("its headers are larger than 64 KiB");
    return 0;
  }
  if (line == "\r\n" || line == "\n") progress.head_whole = true;
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return size;
  progress.exchange.headers.emplace_back(lower(trimmed(line.substr(0, colon))),
                                         trimmed(line.substr(colon + 1)));
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
  Progress& progress = *static_cast<Progress*>(self);
  long status = 0;
  curl_easy_getinfo(progress.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200 && *progress.sink) {
    const auto before = StallWatch::Clock::now();
    try {
      Result<void> taken = (*progress.sink)(std::as_bytes(std::span<const char>(data, size)));
      if (!taken) progress.ended_by_us = std::move(taken).error();
    } catch (const std::exception& problem) {
      // An exception must not travel through libcurl.
      progress.ended_by_us =
          Error{.kind = ErrorKind::internal,
                .code = "upstream.sink_failed",
                .message = std::string("Storing a received content failed: ") + problem.what()};
    }
    progress.stall.forgive(StallWatch::Clock::now() - before);
    return progress.ended_by_us ? 0 : size;
  }
  std::string& body = progress.exchange.body;
  if (status >= 300) {
    body.append(data, std::min(size, kLargestErrorBody - body.size()));
    progress.seen_enough = body.size() >= kLargestErrorBody;
    return progress.seen_enough ? 0 : size;
  }
  if (body.size() + size > kLargestJson) {
    progress.ended_by_us = too_large("its body is larger than 16 MiB");
    return 0;
  }
  body.append(data, size);
  return size;
}

int on_progress(void* self, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  Progress& progress = *static_cast<Progress*>(self);
  if (down + up > progress.transferred) {
    progress.stall.progressed(down + up - progress.transferred);
  }
  progress.transferred = down + up;
  return progress.stop.stop_requested() ? 1 : 0;
}

class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(HttpSettings settings) : settings_(std::move(settings)) {}

  HttpExchange send(const HttpRequest& request, const ContentSink& sink,
                    std::stop_token stop) override {
    Progress progress{.easy = nullptr,
                      .sink = &sink,
                      .stop = stop,
                      .stall = StallWatch(settings_.stall_timeout, kStallBytesPerSecond,
                                          StallWatch::Clock::now())};
    progress.exchange.our_trace_id = domain::uuid_v4();
    // Both before the line, which may still speak while it closes: to the peer, who may be gone,
    // and of what went wrong.
    const QuietPipe quiet;
    char reason[CURL_ERROR_SIZE] = {};
    std::unique_ptr<CurlLine> line;
    if (stop.stop_requested()) {
      progress.ended_by_us = cancelled();
    } else if (line = std::make_unique<CurlLine>(); !line->multi || !line->easy) {
      line.reset();
      progress.ended_by_us = Error{.kind = ErrorKind::resource_exhausted,
                                   .code = "upstream.no_handle",
                                   .message = "no memory or descriptor for another connection",
                                   .retryable = true};
    }
    if (!line) {
      progress.exchange.failure = completed(*progress.ended_by_us, request, progress.exchange);
      return std::move(progress.exchange);
    }
    progress.easy = line->easy.get();
    if (auto way = choose_proxy(progress.easy, settings_.proxy, settings_.ca_file, request.url);
        !way) {
      progress.exchange.failure = completed(std::move(way).error(), request, progress.exchange);
      return std::move(progress.exchange);
    }
    const std::unique_ptr<curl_slist, CurlListFreer> headers = prepare(progress, request, reason);
    if (auto attached = progress.body.attach(progress.easy, request); !attached) {
      progress.exchange.failure = std::move(attached).error();
      return std::move(progress.exchange);
    }
    const CURLcode code = run(*line, progress);
    if (!progress.ended_by_us) progress.ended_by_us = progress.body.failure();
    conclude(progress, request, code, reason);
    return std::move(progress.exchange);
  }

 private:
  std::unique_ptr<curl_slist, CurlListFreer> prepare(Progress& progress, const HttpRequest& request,
                                                     char* reason) {
    CURL* easy = progress.easy;
    curl_easy_setopt(easy, CURLOPT_SHARE, share_.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    // Identifiers of an upstream are data, not directions: "..%2f" stays what it is.
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (settings_.ca_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_SSL_OPTIONS, system_roots_option());
    } else {
      curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
    }
    if (!settings_.user_agent.empty()) {
      curl_easy_setopt(easy, CURLOPT_USERAGENT, settings_.user_agent.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(settings_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &progress);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_slist* list = nullptr;
    for (const auto& [name, value] : request.headers) {
      list = curl_slist_append(list, (name + ": " + value).c_str());
    }
    list = curl_slist_append(list, ("BelGov-Trace-Id: " + progress.exchange.our_trace_id).c_str());
    // No waiting for "100 Continue" before a body of a few kilobytes.
    list = curl_slist_append(list, "Expect:");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    return std::unique_ptr<curl_slist, CurlListFreer>(list);
  }

  // A loop of our own instead of curl_easy_perform, because a request to stop must wake it at once.
  static CURLcode run(CurlLine& line, Progress& progress) {
    CURLM* multi = line.multi.get();
    curl_multi_add_handle(multi, line.easy.get());
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    {
      const std::stop_callback wake(progress.stop, [multi] { curl_multi_wakeup(multi); });
      for (;;) {
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
          code = CURLE_OUT_OF_MEMORY;
          break;
        }
        if (running == 0) {
          int left = 0;
          while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg == CURLMSG_DONE) code = message->data.result;
          }
          break;
        }
        if (progress.stop.stop_requested()) {
          progress.ended_by_us = cancelled();
          break;
        }
        const auto now = StallWatch::Clock::now();
        if (progress.stall.stalled(now)) {
          progress.ended_by_us = stalled();
          break;
        }
        const auto pause =
            std::chrono::ceil<std::chrono::milliseconds>(progress.stall.next_look() - now);
        curl_multi_poll(multi, nullptr, 0,
                        static_cast<int>(std::clamp<std::int64_t>(pause.count(), 1, 1000)),
                        nullptr);
      }
    }
    curl_multi_remove_handle(multi, line.easy.get());
    if (!progress.ended_by_us && progress.stop.stop_requested() &&
        code == CURLE_ABORTED_BY_CALLBACK) {
      progress.ended_by_us = cancelled();
    }
    return code;
  }

  static void conclude(Progress& progress, const HttpRequest& request, CURLcode code,
                       const char* reason) {
    HttpExchange& exchange = progress.exchange;
    long status = 0;
    long sent = 0;
    long tunnel = 0;
    curl_off_t tls_ready = 0;
    curl_easy_getinfo(progress.easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(progress.easy, CURLINFO_REQUEST_SIZE, &sent);
    curl_easy_getinfo(progress.easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    curl_easy_getinfo(progress.easy, CURLINFO_APPCONNECT_TIME_T, &tls_ready);
    exchange.status = static_cast<int>(status);
    exchange.their_trace_id = shown_trace_id(exchange.header("belgov-trace-id"));
    exchange.related_trace_id = shown_trace_id(exchange.header("belgov-related-trace-id"));
    // libcurl takes the end of the connection for the end of the head. Half a head may lack the
    // length of its body: nothing of it can be used (RFC 9112 section 8).
    if (code == CURLE_OK && !progress.head_whole) {
      code = CURLE_PARTIAL_FILE;
      reason = "its head ends in the middle";
    }
    if (code == CURLE_OK || (progress.seen_enough && !progress.ended_by_us)) {
      exchange.delivery = Delivery::answered;
      return;
    }
    // libcurl counts the CONNECT to a proxy too: as long as there is no TLS behind the tunnel, that
    // is all that left.
    const bool only_asked_proxy = tunnel != 0 && tls_ready == 0;
    const bool left = sent > 0 && !only_asked_proxy;
    exchange.delivery = left ? Delivery::no_answer : Delivery::never_sent;
    const bool no_way = tunnel >= 300 && tls_ready == 0;
    Error error = progress.ended_by_us ? std::move(*progress.ended_by_us)
                  : no_way             ? proxy_refusal(static_cast<int>(tunnel))
                                       : transfer_failure(code, reason, left, exchange.status != 0);
    exchange.failure = completed(std::move(error), request, exchange);
  }

  const HttpSettings settings_;
  CurlShare share_;
};

}  // namespace

std::string_view HttpExchange::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string HttpExchange::trace() const {
  std::string text = " (trace " + our_trace_id;
  if (!their_trace_id.empty()) text += ", theirs " + their_trace_id;
  // Something on the way answered for another request.
  if (!related_trace_id.empty() && related_trace_id != our_trace_id) {
    text += ", said to be for " + related_trace_id;
  }
  return text + ")";
}

std::unique_ptr<HttpClient> make_http_client(HttpSettings settings) {
  return std::make_unique<CurlHttpClient>(std::move(settings));
}

}  // namespace semafoor::upstream
