// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/file_facts.h"

#include <windows.h>
// After windows.h, whose types they use.
#include <aclapi.h>

#include "gateway/os/windows/handle.h"

namespace semafoor::intake {
namespace {

namespace win = os::windows;

std::string owner_of(HANDLE file) {
  PSID owner = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  if (GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr, nullptr,
                      nullptr, &described) != ERROR_SUCCESS)
    return {};
  const win::LocalMemory freed(described);
  return owner == nullptr ? std::string() : win::sid_text(owner);
}

FileKind kind_of(const BY_HANDLE_FILE_INFORMATION& status) {
  if ((status.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return FileKind::link;
  if ((status.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return FileKind::folder;
  // Another name of it may be anywhere.
  return status.nNumberOfLinks > 1 ? FileKind::link : FileKind::regular;
}

}  // namespace

FileFacts look_at(const std::filesystem::path& file) {
  FileFacts facts;
  // To look, not to read: this opens what is locked too. Backup semantics is for folders.
  const win::Handle seen(
      CreateFileW(file.c_str(), FILE_READ_ATTRIBUTES | READ_CONTROL,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                  FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  BY_HANDLE_FILE_INFORMATION status{};
  if (!seen || !GetFileInformationByHandle(seen.get(), &status)) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return facts;
    facts.kind = FileKind::other;
    facts.unreadable = win::words_of(error);
    return facts;
  }
  facts.kind = kind_of(status);
  facts.size = static_cast<std::int64_t>((static_cast<std::uint64_t>(status.nFileSizeHigh) << 32U) |
                                         status.nFileSizeLow);
  facts.written = static_cast<std::int64_t>(
      (static_cast<std::uint64_t>(status.ftLastWriteTime.dwHighDateTime) << 32U) |
      status.ftLastWriteTime.dwLowDateTime);
  facts.owner = owner_of(seen.get());
  if (facts.kind != FileKind::regular) return facts;
  // Sharing it with readers alone: refused while somebody writes.
  const win::Handle opened(CreateFileW(file.c_str(), GENERIC_READ,
                                       FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                                       FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (opened) return facts;
  const DWORD error = GetLastError();
  facts.in_use = error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION;
  facts.unreadable = win::words_of(error);
  return facts;
}

}  // namespace semafoor::intake
