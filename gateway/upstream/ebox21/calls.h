// SPDX-License-Identifier: Apache-2.0
//
// What the operations of dialect 2.1 have in common: addresses made of identities, pages, and what
// a 404 means.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "gateway/upstream/ebox21/read_message.h"
#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/oauth/api_session.h"

namespace semafoor::upstream::ebox21 {

// False for what would change the path although it needs no encoding (RFC 3986 section 5.2.4).
bool is_addressable(const std::string& id);
// "upstream.no_address"; `what`: "the message".
Error no_address(const std::string& what);
std::string message_path(const std::string& message_id);
std::string attachment_path(const std::string& message_id, const std::string& attachment_id);

// The error of an operation that a provider need not have: "upstream.not_supported" when that is
// what it says (501, 405, or the code NOT_IMPLEMENTED of the official FAQ).
Error optional_operation_error(const HttpRequest& request, const HttpExchange& exchange);

class Calls {
 public:
  Calls(std::unique_ptr<ApiSession> session, std::chrono::milliseconds timeout)
      : session_(std::move(session)), timeout_(timeout) {}

  const std::string& base_url() const { return session_->base_url(); }
  HttpExchange send(const HttpRequest& request, const ContentSink& sink, std::stop_token stop) {
    return session_->send(request, sink, std::move(stop));
  }
  HttpRequest get_request(std::string purpose, const std::string& path) const;
  // POST or PATCH.
  HttpRequest write_request(std::string method, std::string purpose, const std::string& path) const;

  // The exchange of a 200; any other answer is its error.
  Result<HttpExchange> get(const HttpRequest& request, std::stop_token stop);
  // Whether `exchange` says that there is nothing: contract 2.1 lists 404 on collections, its rules
  // for providers say 200 with an empty list (reference ebox-api 2.3). A 404 that is not the API's
  // own means a wrong address, and must not pass for an empty mailbox.
  static bool says_nothing_there(const HttpExchange& exchange);

 private:
  const std::unique_ptr<ApiSession> session_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace semafoor::upstream::ebox21
