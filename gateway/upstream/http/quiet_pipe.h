// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace semafoor::upstream {

// While it lives, writing to a connection that the peer closed is an error and not the end of the
// process, on this thread. (OpenSSL writes without asking for that, and libcurl's own protection
// changes the whole process, which other threads would notice.)
class QuietPipe {
 public:
  QuietPipe();
  ~QuietPipe();
  QuietPipe(const QuietPipe&) = delete;
  QuietPipe& operator=(const QuietPipe&) = delete;

 private:
  struct Before;
  std::unique_ptr<Before> before_;
};

}  // namespace semafoor::upstream
