// SPDX-License-Identifier: Apache-2.0
//
// What a request carries, as libcurl takes it.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream {

// The body of one exchange; lives as long as it.
class RequestBody {
 public:
  // Says method and body. The error is that of a source that cannot be opened.
  Result<void> attach(CURL* easy, const HttpRequest& request);
  // Why the source ended the exchange.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  static std::size_t on_read(char* into, std::size_t, std::size_t size, void* self);

  std::unique_ptr<ContentReader> reader_;
  std::uint64_t left_ = 0;
  std::optional<Error> failure_;
};

}  // namespace semafoor::upstream
