// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong on the wire. Which call it hits is decided in control/; here is only what is
// done to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace semafoor::sandbox::http {

enum class FaultKind {
  // Only the delay.
  delay,
  // This HTTP status, in the error shape of the API that was called.
  status,
  // The true JSON, cut off in the middle; the length is right.
  malformed_json,
  // Announced digests are of something else; of a content, the first byte is changed.
  wrong_digest,
  // Fewer bytes than Content-Length says, then the connection is closed.
  truncated_body,
  // The connection is reset, and not one byte is answered.
  reset,
  // The body leaves in small pieces.
  slow_body,
  // No answer until the fault is cleared or the client gives up.
  hang,
  // The content is replaced by this many MiB, more than the metadata says.
  oversized_body,
  // "fileName" in the metadata is this.
  file_name,
  // The server's clock shows another time: in Date, and where it judges an assertion or the
  // Timestamp of a signed message.
  clock,
  // The source behind the authority does not answer (MSG00002 of the KSZ), in the API's words.
  supplier_away,
  // Who asks is not known any more, in the API's words.
  account_expired,
};

// How an error looks (reference ebox-api 2.6).
enum class ErrorShape {
  // As the API that was called answers.
  own,
  // StatusMessage of the e-Box contract 2.1.
  legacy,
  // RFC 9457, Belgif.
  problem,
  // RFC 6749 section 5.2, with the challenge of RFC 6750 section 3.
  oauth,
  // A page of some server in between.
  page,
};

struct Fault {
  FaultKind kind = FaultKind::status;
  // True: the call takes effect first, only its answer is lost.
  bool after_effect = false;
  std::chrono::milliseconds delay{0};
  int status = 500;
  // Seconds; negative: no Retry-After.
  int retry_after = -1;
  // truncated_body: bytes that do leave; negative: half.
  std::int64_t after_bytes = -1;
  // slow_body: bytes of a piece, and the pause after each.
  std::size_t piece = 1024;
  std::chrono::milliseconds pause{100};
  std::uint64_t mebibytes = 200;
  std::string file_name;
  ErrorShape shape = ErrorShape::own;
  // What the error is called in its shape: "missingScope", "INVALID_SENDER", "invalid_scope";
  // empty: what goes with the status.
  std::string code;
  // clock: seconds ahead of the true time, or behind it.
  std::int64_t clock_seconds = 0;

  // The answer is an error that stands for the true one.
  bool is_error() const {
    return kind == FaultKind::status || kind == FaultKind::supplier_away ||
           kind == FaultKind::account_expired;
  }
};

}  // namespace semafoor::sandbox::http
