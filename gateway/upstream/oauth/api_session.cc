// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/oauth/api_session.h"

#include <utility>

#include "gateway/upstream/http/url.h"

namespace semafoor::upstream {

ApiSession::ApiSession(std::shared_ptr<HttpClient> http, std::shared_ptr<TokenSource> tokens,
                       std::string base_url, Headers headers)
    : http_(std::move(http)),
      tokens_(std::move(tokens)),
      base_url_(std::move(base_url)),
      headers_(std::move(headers)) {}

HttpExchange ApiSession::send(HttpRequest request, const ContentSink& sink, std::stop_token stop) {
  if (!lies_under(base_url_, request.url)) {
    HttpExchange exchange;
    exchange.failure = Error{.kind = ErrorKind::internal,
                             .code = "upstream.foreign_address",
                             .message = request.purpose + " at " + shown_url(request.url) +
                                        ": the address is not of " + base_url_ +
                                        ", and a token is for nobody else. Nothing was sent; "
                                        "report it."};
    return exchange;
  }
  request.headers.insert(request.headers.end(), headers_.begin(), headers_.end());
  request.headers.emplace_back("Authorization", std::string());
  for (int attempt = 0;; ++attempt) {
    Result<std::string> token = tokens_->token(stop);
    if (!token) {
      HttpExchange exchange;
      exchange.failure = std::move(token).error();
      return exchange;
    }
    request.headers.back().second = "Bearer " + *token;
    HttpExchange exchange = http_->send(request, sink, stop);
    if (exchange.failure || exchange.status != 401 || attempt > 0) return exchange;
    tokens_->invalidate(*token);
  }
}

}  // namespace semafoor::upstream
