// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/windows/connection_owner.h"

#include <winsock2.h>
// After winsock2.h, whose types it uses.
#include <iphlpapi.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/rpc/windows/peer.h"

namespace semafoor::rpc::windows {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLeastRemembered{1};
// And so many times what it took to find out: Wine asks every process of the machine.
constexpr int kCostShare = 100;
// It grows between asking for its size and for itself.
constexpr int kAttempts = 5;

// The system's table of connections, as rows; nothing when it does not tell.
std::optional<std::vector<std::byte>> connections() {
  DWORD size = 0;
  std::vector<std::byte> room;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const DWORD got = GetExtendedTcpTable(room.empty() ? nullptr : room.data(), &size, FALSE,
                                          AF_INET, TCP_TABLE_OWNER_PID_CONNECTIONS, 0);
    if (got == NO_ERROR && !room.empty()) return room;
    if (got != ERROR_INSUFFICIENT_BUFFER && got != NO_ERROR) return std::nullopt;
    room.resize(size + 16 * sizeof(MIB_TCPROW_OWNER_PID));
    size = static_cast<DWORD>(room.size());
  }
  return std::nullopt;
}

int port_of(DWORD written) {
  return ntohs(static_cast<u_short>(written));
}

enum class Found { nobody, somebody, process };

// Somebody: the system does not tell who.
std::pair<Found, DWORD> process_of(int caller_port, int own_port) {
  const auto room = connections();
  if (!room) return {Found::somebody, 0};
  const auto* table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID*>(room->data());
  for (DWORD i = 0; i < table->dwNumEntries; ++i) {
    const MIB_TCPROW_OWNER_PID& row = table->table[i];
    if (port_of(row.dwLocalPort) == caller_port && port_of(row.dwRemotePort) == own_port &&
        row.dwLocalAddr == htonl(INADDR_LOOPBACK) && row.dwRemoteAddr == htonl(INADDR_LOOPBACK))
      return {row.dwOwningPid == 0 ? Found::somebody : Found::process, row.dwOwningPid};
  }
  return {Found::nobody, 0};
}

struct Remembered {
  std::optional<LocalCaller> caller;
  Clock::time_point until;
};

}  // namespace

std::optional<LocalCaller> connection_owner(int caller_port, int own_port) {
  static std::mutex mutex;
  static std::unordered_map<int, Remembered> known;
  const auto now = Clock::now();
  const std::lock_guard lock(mutex);
  const auto found = known.find(caller_port);
  if (found != known.end() && found->second.until > now) return found->second.caller;
  std::erase_if(known, [&](const auto& one) { return one.second.until <= now; });
  const auto [what, pid] = process_of(caller_port, own_port);
  if (what == Found::nobody) return LocalCaller{.process = ProcessName{}, .account = {}};
  std::optional<LocalCaller> caller;
  if (what == Found::process) caller = caller_of(pid);
  const auto found_at = Clock::now();
  const auto until =
      found_at + std::max<Clock::duration>(kLeastRemembered, (found_at - now) * kCostShare);
  return known.emplace(caller_port, Remembered{std::move(caller), until}).first->second.caller;
}

}  // namespace semafoor::rpc::windows
