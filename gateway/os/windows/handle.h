// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <windows.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace semafoor::os::windows {

// An owned handle of the kernel's.
class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE value) : value_(value == INVALID_HANDLE_VALUE ? nullptr : value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Handle() {
    if (value_ != nullptr) CloseHandle(value_);
  }
  HANDLE get() const { return value_; }
  // Whoever takes it closes it.
  HANDLE release() { return std::exchange(value_, nullptr); }
  explicit operator bool() const { return value_ != nullptr; }

 private:
  HANDLE value_ = nullptr;
};

// What the system gave by LocalAlloc().
struct LocalFreer {
  void operator()(void* memory) const { LocalFree(memory); }
};
using LocalMemory = std::unique_ptr<void, LocalFreer>;

// Where an open file or folder really stands; empty when the system does not say. Under Wine 8 a
// path of more than 260 characters lacks its drive.
std::wstring real_path(HANDLE file);

// "S-1-5-18"; empty when the system cannot say.
std::string sid_text(PSID sid);

// The account of this process, as a SID.
std::string own_account();
// Whose is what this process makes: its account's, or a group's of it.
std::string own_owner();

std::wstring wide_of(std::string_view utf8);
std::string utf8_of(std::wstring_view text);
// The system's own words for one of its errors, with its number.
std::string words_of(DWORD error);

}  // namespace semafoor::os::windows
