// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/http/fault.h"
#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::http {

// Changes a text answer as the fault says (malformed_json, wrong_digest, file_name). True when the
// client cannot use the answer any more.
bool spoil(const Fault& fault, Reply& reply);

// The bytes of one answer as they shall leave, faults included. One thread.
class Source {
 public:
  Source(Reply reply, const std::optional<Fault>& fault);
  // What was not sent to its end was interrupted, however that came.
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // What Content-Length says.
  std::uint64_t size() const { return size_; }
  const char* content_type() const { return reply_.content_type.c_str(); }
  // Largest piece wanted; 0: no wish.
  std::size_t piece() const { return piece_; }
  std::chrono::milliseconds pause() const { return pause_; }
  // Empty: here the answer breaks off. Valid until the next call.
  std::string_view read(std::uint64_t offset, std::uint64_t most);
  // Passed on to on_sent; a complete transfer of spoiled bytes is `corrupted`.
  void report(Transfer transfer);

 private:
  Reply reply_;
  std::uint64_t size_ = 0;
  // Bytes that really leave.
  std::uint64_t end_ = 0;
  std::size_t piece_ = 0;
  std::chrono::milliseconds pause_{0};
  bool flip_first_ = false;
  bool oversized_ = false;
  bool said_complete_ = false;
  bool reported_ = false;
  std::vector<char> buffer_;
};

}  // namespace semafoor::sandbox::http
