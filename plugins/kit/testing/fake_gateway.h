// SPDX-License-Identifier: Apache-2.0
//
// A runtime that talks to nobody: what the gateway answers is a function of the test. A test
// program that links this file in uses it instead of libsemafoor_runtime.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "semafoor/v1/errors.pb.h"
#include "semafoor/v1/modules.pb.h"
#include "semafoor_runtime.h"

namespace semafoor::kit::testing {

// What became of a call: bytes, or a failure as the runtime reports it.
struct Outcome {
  semafoor_status status = SEMAFOOR_OK;
  std::string bytes = {};
  std::string message = {};
  v1::ErrorDetail detail = {};
  // The runtime's own.
  std::string code = {};
};

// Where the instance wanted to go.
struct Opened {
  std::string attestation_path;
  std::string network_address;
  std::string identity_folder;
  std::string pairing_code;
  std::string authority_fingerprint;
};

struct Seen {
  std::string method;
  std::string request;
  std::map<std::string, std::string> metadata;
};

// One per test; the plugin under test speaks to the one that lives.
class FakeGateway {
 public:
  using Handler = std::function<Outcome(const Seen&)>;

  FakeGateway();
  ~FakeGateway();
  FakeGateway(const FakeGateway&) = delete;
  FakeGateway& operator=(const FakeGateway&) = delete;

  // Answers the handshake of a gateway that fits; everything else is "no such method" until on().
  void on(const std::string& method, Handler handler);
  void answer(const std::string& method, const google::protobuf::Message& response);
  // Messages of a stream, one after the other; then its end.
  void stream(const std::string& method, std::vector<std::string> messages, Outcome end = {});
  // Changes what the handshake says.
  v1::HandshakeResponse& handshake() { return handshake_; }

  std::vector<Seen> seen(const std::string& method) const;
  const Opened& opened() const { return opened_; }
  int streams_open() const { return streams_open_; }
  // What the runtime's stop() answers from now on.
  void stop_answers(semafoor_status status) { stop_status_ = status; }

 private:
  friend struct FakeRuntime;
  Outcome handle(const Seen& call);

  mutable std::mutex mutex_;
  std::map<std::string, Handler> handlers_;
  std::map<std::string, std::pair<std::vector<std::string>, Outcome>> streams_;
  std::vector<Seen> seen_;
  Opened opened_;
  v1::HandshakeResponse handshake_;
  int streams_open_ = 0;
  semafoor_status stop_status_ = SEMAFOOR_OK;
};

}  // namespace semafoor::kit::testing
