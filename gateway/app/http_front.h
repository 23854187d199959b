// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gateway/domain/result.h"

namespace semafoor::app {

// For monitoring, on loopback: /metrics, /health/live, /health/ready. Three threads.
class HttpFront {
 public:
  struct Pages {
    std::function<std::string()> metrics;
    // The document, and whether it is good news.
    std::function<std::pair<std::string, bool>()> readiness;
  };
  // "metrics.listen" when the address is taken.
  static Result<std::unique_ptr<HttpFront>> start(const std::string& host, int port, Pages pages);
  virtual ~HttpFront() = default;
};

}  // namespace semafoor::app
