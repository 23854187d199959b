// SPDX-License-Identifier: Apache-2.0
//
// A gateway for the runtime's tests: an attestation socket and a gRPC server that answers generic
// methods. It is linked to the distribution's shared gRPC, so that a test that has it in its own
// process also shows that the runtime's hidden copy lives beside a foreign one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "plugins/runtime/test_identity.h"

namespace semafoor::runtime::testing {

// What the attestation socket does with the next question.
// The last four welcome by TLS on loopback: rightly; with another's certificate; with none; with an
// address outside this machine.
enum class Answer {
  welcome,
  refuse,
  silence,
  garbage,
  tls,
  tls_of_another,
  tls_unproven,
  tls_elsewhere
};

class TestGateway {
 public:
  // Listens in `folder` as attest.sock and rpc.sock.
  explicit TestGateway(std::string folder);
  ~TestGateway();
  TestGateway(const TestGateway&) = delete;
  TestGateway& operator=(const TestGateway&) = delete;

  static std::string attestation_path(const std::string& folder) { return folder + "/attest.sock"; }

  void answer_with(Answer answer) { answer_ = answer; }
  void give_tokens_for(int seconds) { token_life_s_ = seconds; }
  // As after a restart: no token handed out so far is good any more.
  void forget_tokens();
  // Every token is refused, also new ones.
  void refuse_all_tokens(bool refuse) { refuse_all_ = refuse; }
  void hint(const std::string& key);

  // Lines received on the attestation socket.
  std::vector<std::string> questions() const;
  // Waits until a method that hangs was entered `count` times in all.
  bool wait_for_hanging(int count);
  bool wait_for_cancelled(int count);
  bool wait_for_watchers(int count);

 private:
  class Service;
  class Reactor;

  void attest();
  void serve_one(int connection);
  // Under the mutex.
  std::string welcome(const std::string& address, const std::string& certificate);
  bool knows(const std::string& authorization) const;
  bool wait_until(const std::function<bool()>& condition);

  const std::string folder_;
  std::atomic<Answer> answer_{Answer::welcome};
  std::atomic<int> token_life_s_{600};
  std::atomic<bool> refuse_all_{false};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> questions_;
  std::set<std::string> tokens_;
  int tokens_made_ = 0;
  int hanging_ = 0;
  int cancelled_ = 0;
  std::set<Reactor*> watchers_;
  const TestIdentity identity_ = make_test_identity();
  int tls_port_ = 0;
  int listener_ = -1;
  int end_pipe_[2] = {-1, -1};
  std::unique_ptr<Service> service_;
  struct Server;
  std::unique_ptr<Server> server_;
  std::thread attestation_;
};

}  // namespace semafoor::runtime::testing
