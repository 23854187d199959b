// SPDX-License-Identifier: Apache-2.0
#include "plugins/ebox/saved_file.h"

#include <windows.h>

#include <algorithm>
#include <array>

#include "plugins/ebox/file_name.h"
#include "plugins/kit/process.h"
#include "plugins/kit/windows/wide.h"

namespace semafoor::ebox {
namespace {

using kit::utf8_of;
using kit::wide_of;

constexpr int kMostNumbers = 10'000;
constexpr DWORD kLargestWrite = 1 << 20;

kit::Failure problem(const std::string& tried, const std::wstring& path, DWORD number) {
  kit::Failure failure{
      .status = SEMAFOOR_FAILED_PRECONDITION,
      .code = "save.file",
      .message = "Tried to " + tried + " " + utf8_of(path) + ": " + kit::words_of(number) +
                 ". Check the folder and try again; nothing half-written is left."};
  // Source of the second: winerror.h, "disk quota exceeded"; mingw-w64 has no name for it.
  constexpr DWORD kQuotaExceeded = 1295;
  if (number == ERROR_DISK_FULL || number == ERROR_HANDLE_DISK_FULL || number == kQuotaExceeded) {
    failure.status = SEMAFOOR_RESOURCE_EXHAUSTED;
    failure.code = "save.disk_full";
    failure.retryable = true;
  }
  if (number == ERROR_ACCESS_DENIED || number == ERROR_WRITE_PROTECT)
    failure.status = SEMAFOOR_PERMISSION_DENIED;
  return failure;
}

// With this prefix a path may be longer than 260 characters whatever the host's manifest says. It
// switches off the reading of "/", "." and "..", so the folder is made plain first.
std::wstring plain(const std::wstring& folder) {
  const DWORD needed = GetFullPathNameW(folder.c_str(), 0, nullptr, nullptr);
  std::wstring full(needed, L'\0');
  full.resize(GetFullPathNameW(folder.c_str(), needed, full.data(), nullptr));
  while (!full.empty() && full.back() == L'\\') full.pop_back();
  if (full.starts_with(LR"(\\?\)")) return full;
  return full.starts_with(LR"(\\)") ? LR"(\\?\UNC)" + full.substr(1) : LR"(\\?\)" + full;
}

// As the host is told: without that prefix.
std::string shown(const std::wstring& path) {
  constexpr std::wstring_view kUnc = LR"(\\?\UNC\)";
  if (path.starts_with(kUnc)) return utf8_of(LR"(\\)" + path.substr(kUnc.size()));
  return utf8_of(path.starts_with(LR"(\\?\)") ? path.substr(4) : path);
}

bool is_taken(DWORD error) {
  return error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS;
}

class WindowsSavedFile : public SavedFile {
 public:
  WindowsSavedFile(std::wstring folder, std::wstring temporary, HANDLE file)
      : folder_(std::move(folder)), temporary_(std::move(temporary)), file_(file) {}
  ~WindowsSavedFile() override {
    close();
    if (!temporary_.empty()) DeleteFileW(temporary_.c_str());
  }
  WindowsSavedFile(const WindowsSavedFile&) = delete;
  WindowsSavedFile& operator=(const WindowsSavedFile&) = delete;

  kit::Done append(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      DWORD count = 0;
      const auto size = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kLargestWrite));
      if (!WriteFile(file_, bytes.data(), size, &count, nullptr))
        return problem("write", temporary_, GetLastError());
      bytes = bytes.subspan(count);
    }
    return kit::Nothing{};
  }

  // There is no folder to flush: MOVEFILE_WRITE_THROUGH returns when the new name is on the disk.
  kit::Result<std::string> commit(const std::string& name, bool overwrite) override {
    if (!FlushFileBuffers(file_)) return problem("flush", temporary_, GetLastError());
    // A file that is open cannot be renamed by its name.
    close();
    for (int number = 1; number <= kMostNumbers; ++number) {
      const std::wstring path =
          folder_ + L"\\" + wide_of(number == 1 ? name : numbered(name, number));
      if (MoveFileExW(temporary_.c_str(), path.c_str(),
                      MOVEFILE_WRITE_THROUGH | (overwrite ? MOVEFILE_REPLACE_EXISTING : 0))) {
        temporary_.clear();
        return shown(path);
      }
      const DWORD error = GetLastError();
      if (overwrite || !is_taken(error)) return problem("put in its place", path, error);
    }
    return problem("find a free name for", folder_ + L"\\" + wide_of(name), ERROR_FILE_EXISTS);
  }

 private:
  void close() {
    if (file_ != INVALID_HANDLE_VALUE) CloseHandle(file_);
    file_ = INVALID_HANDLE_VALUE;
  }

  const std::wstring folder_;
  std::wstring temporary_;
  HANDLE file_;
};

std::wstring temporary_name() {
  constexpr std::wstring_view kLetters = L"abcdefghijklmnopqrstuvwxyz234567";
  std::array<std::uint8_t, 12> chance{};
  kit::fill_random(chance);
  std::wstring name = L".semafoor-";
  for (const std::uint8_t byte : chance) name += kLetters[byte % kLetters.size()];
  return name;
}

bool is_absolute(std::wstring_view folder) {
  const bool drive =
      folder.size() >= 3 && folder[1] == L':' && (folder[2] == L'\\' || folder[2] == L'/');
  return drive || folder.starts_with(LR"(\\)");
}

}  // namespace

kit::Result<std::unique_ptr<SavedFile>> make_saved_file(const std::string& folder) {
  const std::wstring wide = wide_of(folder);
  if (!is_absolute(wide) || folder.find('\0') != std::string::npos) {
    return kit::Failure{.status = SEMAFOOR_INVALID_ARGUMENT,
                        .code = "save.folder",
                        .message = "Saved an attachment: the folder must be an absolute path."};
  }
  const std::wstring path = plain(wide);
  const DWORD attributes = GetFileAttributesW(path.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES)
    return problem("open the folder", wide, GetLastError());
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
    return problem("open the folder", wide, ERROR_DIRECTORY);
  std::wstring temporary = path + L"\\" + temporary_name();
  // The folder's own access list decides who may read what is put there.
  const HANDLE file = CreateFileW(temporary.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                  FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return problem("create a file in", wide, GetLastError());
  return std::unique_ptr<SavedFile>(
      std::make_unique<WindowsSavedFile>(path, std::move(temporary), file));
}

}  // namespace semafoor::ebox
