// SPDX-License-Identifier: Apache-2.0
//
// What the tests' servers do with sockets, as the operating system has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace semafoor::upstream::testing {

// A descriptor, or a handle; negative: none.
using Socket = std::intptr_t;

// Bytes that came into `data`; 0 at the end, negative when it broke.
long receive(Socket socket, char* data, std::size_t size);
// Bytes that went; negative when the peer is gone.
long send_some(Socket socket, const char* data, std::size_t size);
// Closing it then sends a reset.
void reset_at_close(Socket socket);
// Whoever waits for it wakes.
void shut_down(Socket socket);
void close_socket(Socket socket);

// A port of 127.0.0.1. Throws when there is none.
class LoopbackPort {
 public:
  LoopbackPort();
  ~LoopbackPort();
  LoopbackPort(const LoopbackPort&) = delete;
  LoopbackPort& operator=(const LoopbackPort&) = delete;

  int number() const { return number_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(number_); }
  void listen(int waiting);
  // A connection; negative once it was stopped.
  Socket accept();
  // From another thread: ends `accept`, now and later.
  void stop();

 private:
  Socket socket_ = -1;
  int number_ = 0;
};

}  // namespace semafoor::upstream::testing
