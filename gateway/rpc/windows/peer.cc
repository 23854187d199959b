// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/windows/peer.h"

#include <vector>

namespace semafoor::rpc::windows {
namespace {

using os::windows::Handle;
using os::windows::sid_text;
using os::windows::utf8_of;

class HeldProcess final : public ProcessHold {
 public:
  explicit HeldProcess(Handle process) : process_(std::move(process)) {}
  bool alive() const override { return WaitForSingleObject(process_.get(), 0) == WAIT_TIMEOUT; }

 private:
  const Handle process_;
};

Handle open_process(DWORD pid) {
  return Handle(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid));
}

std::uint64_t number_of(const FILETIME& time) {
  return std::uint64_t{time.dwHighDateTime} << 32U | time.dwLowDateTime;
}

// When it began, in 100 ns since 1601; 0 when the system does not say.
std::uint64_t start_time_of(HANDLE process) {
  FILETIME began{};
  FILETIME ended{};
  FILETIME kernel{};
  FILETIME user{};
  return GetProcessTimes(process, &began, &ended, &kernel, &user) ? number_of(began) : 0;
}

std::string image_of(HANDLE process) {
  std::wstring path(32'768, L'\0');
  auto size = static_cast<DWORD>(path.size());
  if (!QueryFullProcessImageNameW(process, 0, path.data(), &size)) return {};
  return utf8_of({path.data(), size});
}

std::vector<std::byte> facts_of(HANDLE token, TOKEN_INFORMATION_CLASS kind) {
  DWORD size = 0;
  GetTokenInformation(token, kind, nullptr, 0, &size);
  std::vector<std::byte> room(size);
  if (size == 0 || !GetTokenInformation(token, kind, room.data(), size, &size)) return {};
  return room;
}

// While it lives this thread is the pipe's client, as far as the client allows (to be recognised).
class AsClient {
 public:
  explicit AsClient(HANDLE pipe) : is_client_(ImpersonateNamedPipeClient(pipe) != FALSE) {}
  ~AsClient() {
    // A thread that stays somebody else must not go on.
    if (is_client_ && !RevertToSelf()) TerminateProcess(GetCurrentProcess(), 1);
  }
  AsClient(const AsClient&) = delete;
  AsClient& operator=(const AsClient&) = delete;

  Handle token() const {
    HANDLE token = nullptr;
    // As ourselves: the client has no rights to its own token at this level.
    if (!is_client_ || !OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token)) return {};
    return Handle(token);
  }

 private:
  const bool is_client_;
};

std::string account_of(HANDLE token) {
  const auto user = facts_of(token, TokenUser);
  return user.empty() ? std::string()
                      : sid_text(reinterpret_cast<const TOKEN_USER*>(user.data())->User.Sid);
}

bool read_account(HANDLE pipe, PeerIdentity& identity) {
  Handle token;
  {
    const AsClient client(pipe);
    token = client.token();
  }
  if (!token) return false;
  identity.account = account_of(token.get());
  const auto room = facts_of(token.get(), TokenGroups);
  if (!room.empty()) {
    const auto* groups = reinterpret_cast<const TOKEN_GROUPS*>(room.data());
    for (DWORD i = 0; i < groups->GroupCount; ++i)
      // An administrator who was not raised has that group for refusals only.
      if ((groups->Groups[i].Attributes & SE_GROUP_ENABLED) != 0)
        identity.groups.push_back(sid_text(groups->Groups[i].Sid));
  }
  return !identity.account.empty();
}

}  // namespace

LocalCaller caller_of(std::int64_t pid) {
  LocalCaller caller{.process = ProcessName{.pid = pid, .start_time = 0}, .account = {}};
  const Handle process = open_process(static_cast<DWORD>(pid));
  if (!process) return caller;
  caller.process->start_time = start_time_of(process.get());
  HANDLE token = nullptr;
  if (OpenProcessToken(process.get(), TOKEN_QUERY, &token))
    caller.account = account_of(Handle(token).get());
  return caller;
}

std::shared_ptr<const ProcessHold> hold_process(std::int64_t pid) {
  Handle process = open_process(static_cast<DWORD>(pid));
  if (!process) return nullptr;
  return std::make_shared<const HeldProcess>(std::move(process));
}

std::optional<Peer> peer_of(HANDLE pipe, const FILETIME& connected) {
  ULONG pid = 0;
  if (!GetNamedPipeClientProcessId(pipe, &pid) || pid == 0) return std::nullopt;
  Peer peer;
  peer.identity.pid = pid;
  if (!read_account(pipe, peer.identity)) return std::nullopt;
  Handle process = open_process(pid);
  if (!process) {
    if (GetLastError() != ERROR_ACCESS_DENIED) return std::nullopt;
    // Another account's process, and this one is no administrator's: known by its pipe alone.
    return peer;
  }
  peer.identity.start_time = start_time_of(process.get());
  if (peer.identity.start_time == 0 || peer.identity.start_time > number_of(connected))
    return std::nullopt;
  peer.identity.image = image_of(process.get());
  auto hold = std::make_shared<const HeldProcess>(std::move(process));
  if (!hold->alive()) return std::nullopt;
  peer.process = std::move(hold);
  return peer;
}

}  // namespace semafoor::rpc::windows
