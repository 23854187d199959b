// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/hidden_line.h"

#include <windows.h>

#include <array>
#include <cstdio>

namespace semafoor::os {
namespace {

constexpr std::size_t kMost = 1024;

class WithoutEcho {
 public:
  explicit WithoutEcho(HANDLE console) : console_(console) {
    GetConsoleMode(console_, &before_);
    SetConsoleMode(console_, before_ & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
  }
  ~WithoutEcho() { SetConsoleMode(console_, before_); }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;

 private:
  const HANDLE console_;
  DWORD before_ = 0;
};

}  // namespace

bool is_at_terminal() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_INPUT_HANDLE), &mode) != 0;
}

std::optional<std::string> hidden_line(const std::string& question) {
  std::fputs(question.c_str(), stderr);
  std::fflush(stderr);
  const HANDLE console = GetStdHandle(STD_INPUT_HANDLE);
  const WithoutEcho quiet(console);
  std::array<wchar_t, kMost> typed{};
  DWORD got = 0;
  const BOOL read = ReadConsoleW(console, typed.data(), kMost, &got, nullptr);
  std::fputs("\n", stderr);
  if (!read || got == 0) return std::nullopt;
  while (got > 0 && (typed[got - 1] == L'\n' || typed[got - 1] == L'\r')) --got;
  // Files of other systems are protected by bytes, and those are UTF-8.
  std::string line(std::size_t{3} * kMost, '\0');
  const int size =
      got == 0 ? 0
               : WideCharToMultiByte(CP_UTF8, 0, typed.data(), static_cast<int>(got), line.data(),
                                     static_cast<int>(line.size()), nullptr, nullptr);
  line.resize(static_cast<std::size_t>(size));
  SecureZeroMemory(typed.data(), sizeof typed);
  return line;
}

}  // namespace semafoor::os
