// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/attestation_channel.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <aclapi.h>

#include <array>
#include <chrono>

#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::ctl {
namespace {

using Clock = std::chrono::steady_clock;
using os::windows::Handle;
using os::windows::sid_text;
using os::windows::wide_of;
using os::windows::words_of;

constexpr std::size_t kMaxAnswer = 16 * 1024;
constexpr std::chrono::seconds kPatience{5};
constexpr DWORD kBusyMs = 50;

DWORD left_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return left > 0 ? static_cast<DWORD>(left) : 0;
}

// The rights by name, because "generic write" would ask for the right to make a pipe of that name,
// which the gateway keeps for itself. Who listens may learn who we are and not act as us.
Handle connect(const std::wstring& name, Clock::time_point end, DWORD& error) {
  constexpr DWORD kRights = FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES |
                            FILE_WRITE_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE;
  for (;;) {
    Handle pipe(CreateFileW(name.c_str(), kRights, 0, nullptr, OPEN_EXISTING,
                            FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                            nullptr));
    error = pipe ? ERROR_SUCCESS : GetLastError();
    if (error != ERROR_PIPE_BUSY || left_until(end) == 0) return pipe;
    WaitNamedPipeW(name.c_str(), kBusyMs);
  }
}

// One overlapped operation at a time, given up when the time is over.
class Pipe {
 public:
  Pipe(HANDLE pipe, Clock::time_point end)
      : pipe_(pipe), end_(end), done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

  bool write(const std::string& text) {
    begin();
    return finish(WriteFile(pipe_, text.data(), static_cast<DWORD>(text.size()), nullptr,
                            &state_)) == text.size();
  }
  // 0 when the other side has gone, or the time is over.
  DWORD read(std::array<char, 4096>& buffer) {
    begin();
    return finish(ReadFile(pipe_, buffer.data(), buffer.size(), nullptr, &state_));
  }

 private:
  void begin() {
    state_ = {};
    state_.hEvent = done_.get();
  }
  DWORD finish(BOOL at_once) {
    if (!at_once && GetLastError() != ERROR_IO_PENDING) return 0;
    if (WaitForSingleObject(done_.get(), left_until(end_)) != WAIT_OBJECT_0)
      CancelIoEx(pipe_, &state_);
    // Waits for the end also of what was given up: the system writes to `state_` until then.
    DWORD moved = 0;
    return GetOverlappedResult(pipe_, &state_, &moved, TRUE) ? moved : 0;
  }

  const HANDLE pipe_;
  const Clock::time_point end_;
  const Handle done_;
  OVERLAPPED state_{};
};

}  // namespace

std::string standard_place() {
  return R"(\\.\pipe\semafoor-attest)";
}

std::optional<std::string> exchange_line(const std::string& place, const std::string& line,
                                         std::string& problem) {
  // A name with a server in it would lead to another machine.
  if (!place.starts_with(R"(\\.\pipe\)")) {
    problem = "The attestation pipe of a gateway is named \\\\.\\pipe\\NAME; " + place + " is not.";
    return std::nullopt;
  }
  const auto end = Clock::now() + kPatience;
  DWORD error = ERROR_SUCCESS;
  const Handle channel = connect(wide_of(place), end, error);
  if (!channel) {
    problem = "Cannot reach a gateway at " + place + ": " + words_of(error) +
              ". Is the service running, and may this account use the pipe?";
    return std::nullopt;
  }
  if (const std::string maker = os::windows::foreign_maker(channel.get()); !maker.empty()) {
    problem = "The pipe " + place + " was made by the account " + maker +
              ", which is neither the gateway's service, the system, an administrator nor this "
              "account: it is not trusted. Find out which program made it.";
    return std::nullopt;
  }
  Pipe pipe(channel.get(), end);
  if (!pipe.write(line)) {
    problem = "The gateway at " + place + " closed the connection before it was asked.";
    return std::nullopt;
  }
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < kMaxAnswer && answer.find('\n') == std::string::npos) {
    const DWORD count = pipe.read(buffer);
    if (count == 0) break;
    answer.append(buffer.data(), count);
  }
  return answer;
}

}  // namespace semafoor::ctl
