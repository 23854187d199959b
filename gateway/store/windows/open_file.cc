// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/open_file.h"

#include <windows.h>

#include <algorithm>

#include "gateway/os/windows/private_access.h"
#include "gateway/store/files.h"

namespace semafoor::store {
namespace {

// As on POSIX: whoever has a file open stops nobody from reading, renaming or removing it.
constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr DWORD kLargestMove = 1 << 20;

HANDLE handle_of(std::intptr_t file) {
  return reinterpret_cast<HANDLE>(file);
}

std::intptr_t number_of(HANDLE handle) {
  static_assert(sizeof(HANDLE) == sizeof(std::intptr_t));
  return reinterpret_cast<std::intptr_t>(handle);
}

DWORD piece(std::size_t size) {
  return static_cast<DWORD>(std::min<std::size_t>(size, kLargestMove));
}

}  // namespace

Result<OpenFile> OpenFile::create(const std::string& tried, const std::filesystem::path& file) {
  os::windows::PrivateAccess access;
  if (access.get() == nullptr) return file_error(tried, file, ERROR_INVALID_SECURITY_DESCR);
  const HANDLE made = CreateFileW(file.c_str(), GENERIC_READ | GENERIC_WRITE, kShareAll,
                                  access.get(), CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (made == INVALID_HANDLE_VALUE)
    return file_error(tried, file, static_cast<int>(GetLastError()));
  return OpenFile(number_of(made));
}

OpenFile OpenFile::read(const std::filesystem::path& file, int& number) {
  const HANDLE opened = CreateFileW(file.c_str(), GENERIC_READ, kShareAll, nullptr, OPEN_EXISTING,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
  number = opened == INVALID_HANDLE_VALUE ? static_cast<int>(GetLastError()) : 0;
  return OpenFile(number_of(opened));
}

bool OpenFile::is_absent(int number) {
  return number == ERROR_FILE_NOT_FOUND || number == ERROR_PATH_NOT_FOUND;
}

OpenFile::~OpenFile() {
  // INVALID_HANDLE_VALUE is -1 too.
  if (file_ != kNone) CloseHandle(handle_of(file_));
}

int OpenFile::write_all(const void* data, std::size_t size) const {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    DWORD count = 0;
    if (!WriteFile(handle_of(file_), bytes, piece(size), &count, nullptr))
      return static_cast<int>(GetLastError());
    bytes += count;
    size -= count;
  }
  return 0;
}

int OpenFile::read_all(std::int64_t offset, void* buffer, std::size_t size) const {
  auto* out = static_cast<char*>(buffer);
  while (size > 0) {
    // The place is said with each reading: threads may share the handle.
    OVERLAPPED place{};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    DWORD count = 0;
    if (!ReadFile(handle_of(file_), out, piece(size), &count, &place))
      return static_cast<int>(GetLastError());
    if (count == 0) return ERROR_HANDLE_EOF;
    out += count;
    offset += count;
    size -= count;
  }
  return 0;
}

int OpenFile::size(std::int64_t& bytes) const {
  LARGE_INTEGER length{};
  if (!GetFileSizeEx(handle_of(file_), &length)) return static_cast<int>(GetLastError());
  bytes = length.QuadPart;
  return 0;
}

int OpenFile::flush() const {
  return FlushFileBuffers(handle_of(file_)) ? 0 : static_cast<int>(GetLastError());
}

}  // namespace semafoor::store
