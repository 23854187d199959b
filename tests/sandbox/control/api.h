// SPDX-License-Identifier: Apache-2.0
//
// /control/v1: what a test or a demonstration tells the sandbox, and asks of it. No authentication:
// the sandbox listens on 127.0.0.1 only and holds nothing real.
#pragma once

#include <functional>

#include "tests/sandbox/control/faults.h"
#include "tests/sandbox/control/federation.h"
#include "tests/sandbox/control/world.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ksz/credentials.h"
#include "tests/sandbox/ledger/ledger.h"
#include "tests/sandbox/oauth/authority.h"
#include "tests/sandbox/oauth/mandates.h"

namespace semafoor::sandbox::control {

inline constexpr std::string_view kPath = "/control/v1";

struct Parts {
  World& world;
  FaultPlan& faults;
  ledger::Ledger& ledger;
  oauth::Authority& authority;
  oauth::Mandates& mandates;
  ksz::Credentials& credentials;
  podmi::Mailbox& mailbox;
  ebox::Boxes& boxes;
  Federation& federation;
  // Called after faults were removed.
  std::function<void()> faults_changed;
};

class Api {
 public:
  explicit Api(Parts parts) : parts_(std::move(parts)) {}
  // [any-thread]
  http::Reply serve(const http::Call& call);

 private:
  http::Reply faults(const http::Call& call, const std::vector<std::string>& path);
  http::Reply clients(const http::Call& call, const std::vector<std::string>& path);
  http::Reply mandates(const http::Call& call);
  http::Reply messages(const http::Call& call, const std::vector<std::string>& path);
  http::Reply providers(const http::Call& call, const std::vector<std::string>& path);
  http::Reply signals(const http::Call& call);
  http::Reply signals_again(const http::Call& call);
  http::Reply evaluations(const http::Call& call);
  http::Reply settings(const http::Call& call);
  http::Reply persons(const http::Call& call, const std::string& what);
  http::Reply lists(const http::Call& call, const std::vector<std::string>& path);
  http::Reply returned_list(const http::Json& body);
  http::Reply documents(const http::Call& call);
  http::Reply merge(const http::Call& call);
  http::Reply issue_token(const http::Call& call);

  Parts parts_;
};

}  // namespace semafoor::sandbox::control
