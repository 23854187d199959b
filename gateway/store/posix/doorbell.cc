// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/posix/doorbell.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace semafoor::store {

Doorbell::Doorbell() {
  int ends[2] = {-1, -1};
  // Without a pipe the waits last their whole time, and everything else works.
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  reading_ = ends[0];
  ringing_ = ends[1];
}

Doorbell::~Doorbell() {
  if (reading_ >= 0) ::close(reading_);
  if (ringing_ >= 0) ::close(ringing_);
}

void Doorbell::ring() {
  // A full pipe rings already.
  [[maybe_unused]] const auto written = ::write(ringing_, "", 1);
}

void Doorbell::wait(int socket, std::chrono::milliseconds longest) {
  // poll() passes over what is negative.
  std::array<pollfd, 2> ends{pollfd{socket, POLLIN, 0}, pollfd{reading_, POLLIN, 0}};
  ::poll(ends.data(), ends.size(), static_cast<int>(std::max<std::int64_t>(0, longest.count())));
  char rings[64];
  while (::read(reading_, rings, sizeof rings) > 0) {
  }
}

}  // namespace semafoor::store
