// SPDX-License-Identifier: Apache-2.0
//
// The attestation exchange, apart from the channel it runs over (unix socket here, named pipe on
// Windows). Its form is laid down in plugins/runtime/include/semafoor_runtime.h.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/rpc/journal.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

inline constexpr std::size_t kMaxAttestationBytes = 4096;

// Which rights a process has (null: it could not be held), or why none at all.
using AccessPolicy = std::function<Result<Rights>(const PeerIdentity&, const ProcessHold*)>;

// What gRPC clients connect to, and whom they must find there.
struct Endpoint {
  std::string address;
  // As PEM; empty where the address itself is proof enough.
  std::string certificate;
};

class Attestor {
 public:
  // `endpoint` is asked with each answer: a port may be known only when the server listens.
  // Sessions and journal outlive the object.
  Attestor(Sessions& sessions, AccessPolicy policy, std::function<Endpoint()> endpoint,
           std::string version, Journal& journal);
  Attestor(Sessions& sessions, AccessPolicy policy, std::string address, std::string version,
           Journal& journal);

  // The answer to one request line (without its line feed), with a line feed; nothing when the
  // request is not understood: garbage gets no answer.
  std::optional<std::string> answer(const PeerIdentity& peer,
                                    std::shared_ptr<const ProcessHold> process,
                                    std::string_view request);

 private:
  Sessions& sessions_;
  AccessPolicy policy_;
  std::function<Endpoint()> endpoint_;
  std::string version_;
  Journal& journal_;
};

}  // namespace semafoor::rpc
