// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/attestation.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <aclapi.h>

#include <algorithm>
#include <array>
#include <memory>

#include "plugins/runtime/windows/account.h"
#include "plugins/runtime/windows/words.h"

namespace semafoor::runtime {
namespace {

constexpr std::size_t kMaxAnswer = 64 * 1024;
// How soon a wait notices that its caller was called back.
constexpr std::chrono::milliseconds kSlice{20};
// Source: CreateNamedPipe, lpName.
constexpr std::size_t kLongestName = 256;
constexpr std::string_view kLocal = R"(\\.\pipe\)";
// NT SERVICE\SemafoorGateway. A service's SID is made from its name: S-1-5-80 and the SHA-1 of the
// name in capitals.
constexpr wchar_t kServiceSid[] = L"S-1-5-80-449065856-801163735-4195193533-2115451477-1051880076";

struct CloseIt {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, CloseIt>;

struct FreeIt {
  void operator()(void* memory) const { LocalFree(memory); }
};
using Local = std::unique_ptr<void, FreeIt>;

Problem absent(const std::string& path, const std::string& why) {
  return {.status = SEMAFOOR_E_GATEWAY_ABSENT,
          .retryable = true,
          .message = "Looked for a Semafoor gateway at " + path + ": " + why +
                     ". Check that the gateway's service runs, that this is its attestation pipe, "
                     "and that this account may use it."};
}

Problem silent(const std::string& path) {
  return {.status = SEMAFOOR_E_GATEWAY_ABSENT,
          .retryable = true,
          .message = "The gateway at " + path +
                     " took the connection but gave no whole answer in time. See the gateway's "
                     "log; try again."};
}

// The rights by name, because "generic write" would ask for the right to make a pipe of that name,
// which the gateway keeps for itself. Who listens may learn who we are and not act as us.
HANDLE open_pipe(const std::wstring& name) {
  constexpr DWORD kRights = FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES |
                            FILE_WRITE_ATTRIBUTES | READ_CONTROL | SYNCHRONIZE;
  return CreateFileW(name.c_str(), kRights, 0, nullptr, OPEN_EXISTING,
                     FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                     nullptr);
}

// Null and `error` when it cannot be had. A busy pipe is waited for: the gateway is there.
Handle connect_to(const std::string& path, const Patience& patience, DWORD* error) {
  const std::wstring name = wide_of(path);
  for (;;) {
    const HANDLE pipe = open_pipe(name);
    if (pipe != INVALID_HANDLE_VALUE) return Handle(pipe);
    *error = GetLastError();
    if (*error != ERROR_PIPE_BUSY) return nullptr;
    if (patience.over()) return nullptr;
    WaitNamedPipeW(name.c_str(), static_cast<DWORD>(kSlice.count()));
  }
}

// A process that squats on the name would be told nothing secret, but it could answer with an
// address of its own. Says why not, or nothing.
std::string distrust(HANDLE pipe, const GatewayKey& gateway) {
  if (gateway.check_owner)
    return "gateway.owner_uid is the number of a Linux account; leave it out on Windows";
  PSID owner = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  const DWORD error = GetSecurityInfo(pipe, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                      nullptr, nullptr, nullptr, &described);
  if (error != ERROR_SUCCESS)
    return "the system does not say whose pipe it is (" + words_of(error) + ")";
  const Local owned(described);
  // What an administrator makes is owned by all of them.
  if (IsWellKnownSid(owner, WinLocalSystemSid) ||
      IsWellKnownSid(owner, WinBuiltinAdministratorsSid))
    return {};
  const std::wstring who = text_of(owner);
  if (who == kServiceSid || (!who.empty() && who == own_user())) return {};
  return "account " + std::string(who.begin(), who.end()) +
         " made that pipe, expected the service SemafoorGateway, the system, an administrator or "
         "this account itself";
}

// One overlapped operation at a time, given up when patience ends.
class Pipe {
 public:
  explicit Pipe(HANDLE pipe) : pipe_(pipe), done_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

  // Bytes moved; 0 when the other side has gone or patience ended.
  DWORD write(const char* data, std::size_t size, const Patience& patience) {
    prepare();
    return finish(WriteFile(pipe_, data, static_cast<DWORD>(size), nullptr, &state_), patience);
  }
  DWORD read(char* data, std::size_t size, const Patience& patience) {
    prepare();
    return finish(ReadFile(pipe_, data, static_cast<DWORD>(size), nullptr, &state_), patience);
  }

 private:
  void prepare() {
    state_ = {};
    state_.hEvent = done_.get();
  }
  DWORD finish(BOOL at_once, const Patience& patience) {
    if (!at_once && GetLastError() != ERROR_IO_PENDING) return 0;
    bool done = at_once != FALSE;
    while (!done && !patience.over()) {
      const auto slice = std::clamp(patience.left(), std::chrono::milliseconds(1), kSlice);
      done = WaitForSingleObject(done_.get(), static_cast<DWORD>(slice.count())) == WAIT_OBJECT_0;
    }
    if (!done) CancelIoEx(pipe_, &state_);
    // Waits for the end also of what was given up: the system writes to `state_` until then.
    DWORD moved = 0;
    return GetOverlappedResult(pipe_, &state_, &moved, TRUE) ? moved : 0;
  }

  const HANDLE pipe_;
  const Handle done_;
  OVERLAPPED state_{};
};

bool send_all(Pipe& pipe, const std::string& text, const Patience& patience) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const DWORD count = pipe.write(text.data() + sent, text.size() - sent, patience);
    if (count == 0) return false;
    sent += count;
  }
  return true;
}

}  // namespace

// A name with a server in it would lead to another machine.
bool names_gateway(const std::string& path) {
  return path.size() > kLocal.size() && path.size() <= kLongestName && path.starts_with(kLocal) &&
         path.find('\0') == std::string::npos &&
         path.find('\\', kLocal.size()) == std::string::npos;
}

std::string gateway_naming_rule() {
  return R"(attestation pipe is named \\.\pipe\NAME, in at most )" + std::to_string(kLongestName) +
         " bytes";
}

std::variant<std::string, Problem> exchange_line(const GatewayKey& gateway, const std::string& line,
                                                 const Patience& patience) {
  const std::string& path = gateway.path;
  DWORD error = 0;
  const Handle handle = connect_to(path, patience, &error);
  if (handle == nullptr) return absent(path, words_of(error));
  if (const std::string reason = distrust(handle.get(), gateway); !reason.empty()) {
    return Problem{.status = SEMAFOOR_PERMISSION_DENIED,
                   .message = "Connected to " + path + ": " + reason +
                              ". Nothing was sent. Check who made that pipe."};
  }
  Pipe pipe(handle.get());
  if (!send_all(pipe, line + "\n", patience)) return silent(path);
  std::string answer;
  std::array<char, 4096> buffer{};
  while (answer.size() < kMaxAnswer) {
    const DWORD count = pipe.read(buffer.data(), buffer.size(), patience);
    if (count == 0) break;
    const std::size_t before = answer.size();
    answer.append(buffer.data(), count);
    const auto end = answer.find('\n', before);
    if (end == std::string::npos) continue;
    answer.resize(end);
    return answer;
  }
  return silent(path);
}

}  // namespace semafoor::runtime
