// SPDX-License-Identifier: Apache-2.0
//
// Who asks: a technical account (HTTP Basic), a registered certificate, or both for the same
// organisation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ksz/credentials.h"
#include "tests/sandbox/ksz/envelope.h"

namespace semafoor::sandbox::ksz {

// A call that got past the door.
struct Admitted {
  Envelope envelope;
  std::string organisation;
};

class Gate {
 public:
  explicit Gate(const Credentials& credentials) : credentials_(credentials) {}

  // nullopt: `refusal` is the answer.
  std::optional<Admitted> admit(const http::Call& call, std::int64_t now,
                                http::Reply& refusal) const;
  // SOAPAction without its quotes; empty when there is none.
  static std::string action(const http::Call& call);
  static http::Reply account_refused();
  static bool has_account(const http::Call& call);
  // Unverified: only to aim faults.
  std::optional<std::string> claimed(const http::Call& call) const;

 private:
  const Credentials& credentials_;
};

}  // namespace semafoor::sandbox::ksz
