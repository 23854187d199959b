// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace semafoor::store {

// Ends the wait of one thread for a socket.
class Doorbell {
 public:
  Doorbell();
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  // From any thread.
  void ring();
  // Until the socket has something to read (negative: there is none), the bell was rung, or so
  // long.
  void wait(int socket, std::chrono::milliseconds longest);

 private:
  int reading_ = -1;
  int ringing_ = -1;
};

}  // namespace semafoor::store
