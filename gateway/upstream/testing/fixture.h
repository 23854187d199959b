// SPDX-License-Identifier: Apache-2.0
//
// Clients of the room against a server that the test scripts.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "gateway/upstream/testing/scripted_server.h"
#include "gateway/upstream/upstreams.h"

namespace semafoor::upstream::testing {

// Every name has a key; a signature is the SHA-256 of the data, so that a test can check it.
std::shared_ptr<vault::KeyRing> make_test_keys();

// A token endpoint at /token that gives "token-1", "token-2", …, and `api` for everything else.
class PretendUpstream {
 public:
  explicit PretendUpstream(ScriptedServer::Handler api);

  UpstreamOptions options() const;
  std::shared_ptr<EboxClient> ebox() const;
  std::shared_ptr<PodmiClient> podmi() const;
  // Requests of the API, tokens left out.
  std::vector<ReceivedRequest> api_requests() const;
  int tokens_given() const { return tokens_given_; }
  ScriptedServer& server() { return server_; }

  // Timeouts of the clients made from now on.
  std::int64_t request_timeout_ms = 20'000;
  std::int64_t stall_timeout_ms = 20'000;
  FetchManner podmi_fetch = FetchManner::acknowledged;

 private:
  std::atomic<int> tokens_given_ = 0;
  ScriptedServer::Handler api_;
  ScriptedServer server_;
};

// OCMW of the reference whose number verifies; the organisation of every test.
inline constexpr char kOrganisation[] = "0212214917";

}  // namespace semafoor::upstream::testing
