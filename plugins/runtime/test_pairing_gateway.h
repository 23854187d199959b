// SPDX-License-Identifier: Apache-2.0
//
// A gateway of the network for the runtime's tests: TLS on 127.0.0.1 and the service that pairs. On
// the distribution's shared gRPC.
#pragma once

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "plugins/runtime/test_authority.h"

namespace semafoor::runtime::testing {

class PairingGateway {
 public:
  static constexpr char kCode[] = "ABCD-EFGH-JKMN-PQRS";

  PairingGateway();
  // Shows this, where it is not empty, instead of what its own authority gives.
  explicit PairingGateway(const TestIdentity& shown, int port = 0);
  ~PairingGateway();
  PairingGateway(const PairingGateway&) = delete;
  PairingGateway& operator=(const PairingGateway&) = delete;

  const TestAuthority& authority() const { return authority_; }
  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  // Knows the code `kCode` once; this one too, from now on.
  void offer(const std::string& code);
  // What is done is not told: the connection seems to break.
  void lose_answers(bool lose) { lose_answers_ = lose; }
  // Before anything is done.
  void be_busy(bool busy) { busy_ = busy; }
  // Gives certificates that it does not know afterwards.
  void forget(bool forget) { forget_ = forget; }
  // Renewal is refused, as on a full disk.
  void refuse_renewals(bool refuse) { refuse_renewals_ = refuse; }

  int pairings() const { return pairings_; }
  int renewals() const { return renewals_; }

 private:
  class Service;
  const TestAuthority authority_;
  std::atomic<bool> lose_answers_{false};
  std::atomic<bool> busy_{false};
  std::atomic<bool> forget_{false};
  std::atomic<bool> refuse_renewals_{false};
  std::atomic<int> pairings_{0};
  std::atomic<int> renewals_{0};
  int port_ = 0;
  std::unique_ptr<Service> service_;
  struct Server;
  std::unique_ptr<Server> server_;
};

}  // namespace semafoor::runtime::testing
