// SPDX-License-Identifier: Apache-2.0
//
// POST /publishMessage of contract 2.1, for replies only: the bounds are the contract's and those
// of the official FAQ (reference ebox-api 2.6 and 6.1), and so are the codes.
#pragma once

#include <string>
#include <variant>

#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ledger/ledger.h"

namespace semafoor::sandbox::ebox {

struct Refusal {
  int status = 400;
  std::string code;
  std::string message;
};

// The reply as the ledger knows it, without its identity; or why it is refused.
std::variant<ledger::Ledger::ReplySeen, Refusal> read_reply(const http::Call& call,
                                                            const Boxes& boxes,
                                                            const std::string& organisation);

}  // namespace semafoor::sandbox::ebox
