// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/oauth/token_source.h"

namespace semafoor::upstream {

// Exchanges with one API under one organisation's token. Safe from several threads.
class ApiSession {
 public:
  // Names and values that go with each request, and never to the token endpoint.
  using Headers = std::vector<std::pair<std::string, std::string>>;

  ApiSession(std::shared_ptr<HttpClient> http, std::shared_ptr<TokenSource> tokens,
             std::string base_url, Headers headers = {});

  const std::string& base_url() const { return base_url_; }

  // Sends with a Bearer token (RFC 6750 section 2.1). A 401 renews the token once and sends again
  // (reference ebox-api 1.4); a second 401 is the answer. A token that cannot be had is a failure
  // with Delivery::never_sent; so is an address that does not lie under base_url()
  // ("upstream.foreign_address"): an address that came from an upstream leads no token elsewhere.
  HttpExchange send(HttpRequest request, const ContentSink& sink, std::stop_token stop);

 private:
  const std::shared_ptr<HttpClient> http_;
  const std::shared_ptr<TokenSource> tokens_;
  const std::string base_url_;
  const Headers headers_;
};

}  // namespace semafoor::upstream
