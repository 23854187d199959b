// SPDX-License-Identifier: Apache-2.0
//
// The KSZ's second generation: an XML document as the text of one element
// (WebServiceConnector.wsdl), with the service X-PodmiExchange in it (x-podmi-1.xsd).
#pragma once

#include <cstdint>

#include "tests/sandbox/ksz/exchange.h"
#include "tests/sandbox/ksz/gate.h"

namespace semafoor::sandbox::ksz {

inline constexpr char kServiceId[] = "X-PodmiExchange";
inline constexpr char kServiceVersion[] = "20260101";
// Sector of the OCMWs, and which of its users (reference knipperlichten-ksz 3.2).
inline constexpr char kMatrixId[] = "17";
inline constexpr char kMatrixSubId[] = "1";

class Ssdn {
 public:
  explicit Ssdn(Exchange& exchange) : exchange_(exchange) {}
  http::Reply serve(const http::Call& call, const Admitted& asked, std::int64_t now);
  // The source behind the KSZ does not answer; the request is read for its reference only.
  static http::Reply supplier_away(const http::Call& call, std::int64_t now);

 private:
  Exchange& exchange_;
};

}  // namespace semafoor::sandbox::ksz
