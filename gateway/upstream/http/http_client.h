// SPDX-License-Identifier: Apache-2.0
//
// One HTTP exchange, and how far it came. Knows nothing of OAuth or of any dialect.
//
// Each exchange has a connection of its own. On a kept one, what a peer sends beyond its answer
// counts as the answer to the next request: a receipt for an answer that never arrived, another
// organisation's data. TLS sessions are resumed, so that a connection costs little.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/content_source.h"
#include "gateway/upstream/http/proxy_settings.h"

namespace semafoor::upstream {

struct HttpSettings {
  // PEM bundle; empty: the system's.
  std::string ca_file;
  std::string user_agent;
  std::chrono::milliseconds connect_timeout{10'000};
  // A transfer slower than 1 KiB/s on average for this long is given up.
  std::chrono::milliseconds stall_timeout{30'000};
  ProxySettings proxy;
};

// Largest answer that is held in memory.
inline constexpr std::size_t kLargestJson = 16 * 1024 * 1024;

// A body that is never held whole; opened anew each time that the request is sent.
struct StreamedBody {
  // Exactly what `open` gives; a source that ends early ends the exchange.
  std::uint64_t size = 0;
  ContentSource open;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // In place of `body`. An error of the source ends the exchange and is its failure.
  std::optional<StreamedBody> stream;
  // What this request is for, first words of an error: "Listing the messages of the e-Box".
  std::string purpose;
  // Whole exchange; zero: only a stall ends it.
  std::chrono::milliseconds timeout{30'000};
};

// What is known about the effect of a request.
enum class Delivery {
  // No byte of it left: certainly no effect.
  never_sent,
  // It left, and no whole answer came: the outcome is unknown.
  no_answer,
  // A whole answer is here.
  answered,
};

struct HttpExchange {
  Delivery delivery = Delivery::never_sent;
  // 0 as long as no status line came.
  int status = 0;
  // Names in lower case.
  std::vector<std::pair<std::string, std::string>> headers;
  // Empty for what went into a sink.
  std::string body;
  // BelGov-Trace-Id of the request (36 characters, never used before) and of the answer, and
  // BelGov-Related-Trace-Id, by which the answer says which request it is for (Belgif guide,
  // tracing).
  std::string our_trace_id;
  std::string their_trace_id;
  std::string related_trace_id;
  // Why there is no whole answer; unset when `delivery` is answered, whatever the status.
  std::optional<Error> failure;

  // First value of a header, by its lower-case name.
  std::string_view header(std::string_view name) const;
  // " (trace …, theirs …)", for the end of an error; the related one when it is not ours.
  std::string trace() const;
};

using ContentSink = std::function<Result<void>(std::span<const std::byte>)>;

// Safe from several threads; keeps connections between calls. TLS is 1.2 or newer and verified,
// redirects are not followed, and nothing goes to this machine itself by way of a proxy.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Blocks. With a `sink`, the body of a 200 goes there in pieces and is never held whole; an error
  // of the sink ends the exchange and is its failure. `stop` ends it with "upstream.cancelled".
  virtual HttpExchange send(const HttpRequest& request, const ContentSink& sink,
                            std::stop_token stop) = 0;
};

std::unique_ptr<HttpClient> make_http_client(HttpSettings settings);

}  // namespace semafoor::upstream
