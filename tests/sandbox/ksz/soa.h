// SPDX-License-Identifier: Apache-2.0
//
// The KSZ's third generation: typed SOAP behind the blocks of CommonV3 (x-podmi-soa-1.xsd).
#pragma once

#include <cstdint>

#include "tests/sandbox/ksz/exchange.h"
#include "tests/sandbox/ksz/gate.h"

namespace semafoor::sandbox::ksz {

class Soa {
 public:
  explicit Soa(Exchange& exchange) : exchange_(exchange) {}
  http::Reply serve(const http::Call& call, const Admitted& asked, std::int64_t now);
  // The source behind the KSZ does not answer.
  static http::Reply supplier_away(std::int64_t now);

 private:
  Exchange& exchange_;
};

}  // namespace semafoor::sandbox::ksz
