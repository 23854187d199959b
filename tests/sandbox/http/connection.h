// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

#include <string>

namespace semafoor::sandbox::http {

// One TCP connection. Differs from the library's own stream in what a pretend upstream needs: it
// can reset the connection, and it holds the response head back until the body starts, so that a
// reset leaves nothing behind and a small answer is one packet.
class Connection : public httplib::Stream {
 public:
  explicit Connection(socket_t descriptor) : descriptor_(descriptor) {}

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return descriptor_; }

  // A request starts: the next write is a response head.
  void begin() { holding_ = true; }
  // Sends a head that had no body.
  bool flush();
  // Drops what is held back and what comes; the peer sees a reset.
  void reset();
  bool is_reset() const { return reset_; }
  // Waits for the next request; false when the peer left or the time is over.
  bool wait_readable(int milliseconds) const;
  // The peer closed or reset its side. Does not block.
  bool peer_gone() const;

 private:
  bool send_all(const char* data, size_t size);

  socket_t descriptor_;
  bool holding_ = false;
  bool reset_ = false;
  std::string held_;
  std::string input_;
  size_t input_at_ = 0;
};

}  // namespace semafoor::sandbox::http
