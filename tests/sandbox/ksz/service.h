// SPDX-License-Identifier: Apache-2.0
//
// The services of the KSZ that carry the mailbox: SOA and SSDN. All functions [any-thread].
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/sandbox/http/fault.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ksz/credentials.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::ksz {

inline constexpr std::string_view kPath = "/ksz";
inline constexpr std::string_view kSoaPath = "/ksz/soa/v1/exchange";
inline constexpr std::string_view kSsdnPath = "/ksz/ssdn/connector";

// Seconds since 1970.
using Clock = std::function<std::int64_t()>;

class Service {
 public:
  Service(podmi::Mailbox& mailbox, const Credentials& credentials, Clock clock);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  http::Reply serve(const http::Call& call);
  // What the fault makes of the call, in the shape of the service (fault.shape `own`).
  http::Reply error(const http::Call& call, const http::Fault& fault);
  // Whom a call claims to be for, unverified: only to aim faults.
  std::optional<std::string> claimed_organisation(const http::Call& call) const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace semafoor::sandbox::ksz
