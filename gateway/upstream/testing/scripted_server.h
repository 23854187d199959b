// SPDX-License-Identifier: Apache-2.0
//
// An HTTP server for tests that can misbehave at every byte: it reads whole requests and leaves the
// answering to the test.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/upstream/testing/sockets.h"

namespace semafoor::upstream::testing {

struct ReceivedRequest {
  std::string method;
  // Path with query.
  std::string target;
  // Names in lower case.
  std::map<std::string, std::string> headers;
  std::string body;

  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
  std::string path() const { return target.substr(0, target.find('?')); }
};

class ServerConnection {
 public:
  explicit ServerConnection(Socket socket) : socket_(socket) {}

  // False when the client is gone.
  bool write(std::string_view bytes);
  // A whole answer with Content-Length.
  void respond(int status, std::string_view body, const std::string& headers = {});
  void json(int status, std::string_view body, const std::string& headers = {});
  void close();
  // Ends with a TCP reset, so that the client sees "connection reset by peer".
  void reset();
  // Returns when the client hung up (or the server is destroyed).
  void wait_for_client_to_leave();
  bool is_open() const { return open_; }

 private:
  const Socket socket_;
  bool open_ = true;
};

class ScriptedServer {
 public:
  using Handler = std::function<void(const ReceivedRequest&, ServerConnection&)>;

  // The handler runs on a thread per connection.
  explicit ScriptedServer(Handler handler);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const;
  int connections() const { return connections_; }
  std::vector<ReceivedRequest> requests() const;
  // Blocks until `count` requests were read whole.
  void wait_for_requests(std::size_t count) const;

 private:
  void accept_loop();
  void serve(Socket socket);

  Handler handler_;
  LoopbackPort port_;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<ReceivedRequest> requests_;
  std::list<Socket> open_;
  std::vector<std::thread> threads_;
  bool stopping_ = false;
  std::thread acceptor_;
};

// An address of this machine where nobody listens.
std::string closed_port_url();

}  // namespace semafoor::upstream::testing
