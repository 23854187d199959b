// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/process.h"

#include <sys/random.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <random>

namespace semafoor::kit {
namespace {

std::atomic<pid_t> user{0};

}  // namespace

void remember_process() {
  pid_t nobody = 0;
  user.compare_exchange_strong(nobody, getpid());
}

bool in_forked_child() {
  const pid_t known = user.load(std::memory_order_relaxed);
  return known != 0 && known != getpid();
}

std::string program_name() {
  const char* name = program_invocation_short_name;
  return name == nullptr || *name == '\0' ? "host" : name;
}

void fill_random(std::span<std::uint8_t> bytes) {
  if (getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size())) return;
  std::random_device device;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(device());
}

const AttestationPlace& attestation_place() {
  // sockaddr_un holds no longer path.
  static constexpr AttestationPlace kPlace{
      .description = "Absolute path of the gateway's attestation socket.",
      .pattern = "^/",
      .expected = "an absolute path",
      .standard = "/run/semafoor/attest.sock",
      .longest = 107};
  return kPlace;
}

bool names_attestation_place(std::string_view text) {
  return text.starts_with('/');
}

}  // namespace semafoor::kit
