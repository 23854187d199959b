// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::app {

// For monitoring, on loopback: /metrics, /health/live, /health/ready. Three threads.
class HttpFront {
 public:
  struct Pages {
    std::function<std::string()> metrics;
    std::function<bool()> ready;
  };
  // "metrics.listen" when the address is taken.
  static Result<std::unique_ptr<HttpFront>> start(const std::string& host, int port, Pages pages);
  virtual ~HttpFront() = default;
};

}  // namespace semafoor::app
