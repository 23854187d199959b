// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/main/system.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <sddl.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace semafoor::sandbox {
namespace {

// The system calls the handler on a thread of its own, without an object.
HANDLE g_end = nullptr;

BOOL WINAPI note(DWORD /*what*/) {
  SetEvent(g_end);
  return TRUE;
}

class Console final : public End {
 public:
  Console() {
    g_end = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (g_end == nullptr) throw std::runtime_error("the system gives no event");
    SetConsoleCtrlHandler(&note, TRUE);
  }

  void wait(bool or_stdin) override {
    // A pipe cannot be waited for: a thread reads it, and is left behind at the end.
    if (or_stdin)
      std::thread([] {
        std::array<char, 512> bytes{};
        DWORD count = 0;
        while (
            ReadFile(GetStdHandle(STD_INPUT_HANDLE), bytes.data(), bytes.size(), &count, nullptr) &&
            count > 0) {
        }
        SetEvent(g_end);
      }).detach();
    WaitForSingleObject(g_end, INFINITE);
  }
};

std::filesystem::path path_of(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

// For this account, the system and the administrators; null when the system does not understand it.
PSECURITY_DESCRIPTOR private_list() {
  HANDLE token = nullptr;
  alignas(TOKEN_USER) std::array<std::byte, 256> room{};
  DWORD size = 0;
  wchar_t* self = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return nullptr;
  if (GetTokenInformation(token, TokenUser, room.data(), room.size(), &size) &&
      ConvertSidToStringSidW(reinterpret_cast<const TOKEN_USER*>(room.data())->User.Sid, &self)) {
    const std::wstring list =
        std::wstring(L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;") + self + L")";
    ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1, &descriptor,
                                                         nullptr);
    LocalFree(self);
  }
  CloseHandle(token);
  return descriptor;
}

// An empty file to begin with: what is written into it later is as private.
void make_private_file(const std::filesystem::path& path) {
  PSECURITY_DESCRIPTOR list = private_list();
  SECURITY_ATTRIBUTES attributes{sizeof attributes, list, FALSE};
  HANDLE file = list == nullptr ? INVALID_HANDLE_VALUE
                                : CreateFileW(path.c_str(), GENERIC_WRITE, 0, &attributes,
                                              CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
  LocalFree(list);
  if (file == INVALID_HANDLE_VALUE) throw std::runtime_error("cannot make " + path.string());
  CloseHandle(file);
}

}  // namespace

std::unique_ptr<End> End::watch() {
  return std::make_unique<Console>();
}

void write_file(const std::string& path, const std::string& text, Readers readers) {
  auto temporary = path_of(path + ".new");
  DeleteFileW(temporary.c_str());
  if (readers == Readers::this_account) make_private_file(temporary);
  {
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + temporary.string());
  }
  if (!MoveFileExW(temporary.c_str(), path_of(path).c_str(), MOVEFILE_REPLACE_EXISTING))
    throw std::runtime_error("cannot rename to " + path);
}

void make_folder(const std::string& path, Readers readers) {
  PSECURITY_DESCRIPTOR list = readers == Readers::this_account ? private_list() : nullptr;
  SECURITY_ATTRIBUTES attributes{sizeof attributes, list, FALSE};
  CreateDirectoryW(path_of(path).c_str(), list == nullptr ? nullptr : &attributes);
  LocalFree(list);
}

}  // namespace semafoor::sandbox
