// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/files.h"

#include <windows.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"
#include "gateway/store/open_file.h"

namespace semafoor::store {
namespace {

using os::windows::Handle;

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
// Source: winerror.h, "disk quota exceeded"; mingw-w64 has no name for it.
constexpr int kQuotaExceeded = 1295;
// What reads every new file (virus scanners, indexers) holds it for some milliseconds.
constexpr int kTries = 20;
constexpr DWORD kBetweenTriesMs = 15;
// Source: Microsoft's minwinbase.h and winbase.h, NTDDI_WIN10_RS1. mingw-w64's enumeration counts
// otherwise when it is told of an older Windows, as it is here.
constexpr auto kRenameInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(22);
constexpr DWORD kReplaceIfExists = 0x1;
constexpr DWORD kPosixSemantics = 0x2;

int last_error() {
  return static_cast<int>(GetLastError());
}

bool held_by_another(DWORD error) {
  return error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION ||
         error == ERROR_ACCESS_DENIED;
}

// Also over a file that somebody has open, which only NTFS of Windows 10 (1607) and later does.
bool rename_as_posix_does(const std::filesystem::path& from, const std::filesystem::path& to) {
  // Written through: it returns when the new name is on the disk.
  const Handle file(CreateFileW(from.c_str(), DELETE | SYNCHRONIZE, kShareAll, nullptr,
                                OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH,
                                nullptr));
  if (!file) return false;
  const std::wstring name = std::filesystem::absolute(to).make_preferred().native();
  const std::size_t bytes = name.size() * sizeof(wchar_t);
  std::vector<std::byte> room(sizeof(FILE_RENAME_INFO) + bytes);
  auto* wish = reinterpret_cast<FILE_RENAME_INFO*>(room.data());
  // The first member is the flags in this class; older headers know only its other meaning.
  const DWORD flags = kReplaceIfExists | kPosixSemantics;
  std::memcpy(room.data(), &flags, sizeof flags);
  wish->FileNameLength = static_cast<DWORD>(bytes);
  std::memcpy(wish->FileName, name.data(), bytes);
  return SetFileInformationByHandle(file.get(), kRenameInfoEx, room.data(),
                                    static_cast<DWORD>(room.size())) != FALSE;
}

bool move(const std::filesystem::path& from, const std::filesystem::path& to, DWORD flags) {
  for (int left = kTries;; --left) {
    if (MoveFileExW(from.c_str(), to.c_str(), flags | MOVEFILE_WRITE_THROUGH)) return true;
    const DWORD error = GetLastError();
    if (left == 0 || !held_by_another(error)) return false;
    Sleep(kBetweenTriesMs);
    SetLastError(error);
  }
}

void advise(Error& error, ErrorKind kind, const char* code, const char* advice) {
  error.kind = kind;
  error.code = code;
  error.message += advice;
  error.retryable = true;
}

bool is_folder(const std::filesystem::path& path) {
  const DWORD attributes = GetFileAttributesW(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

}  // namespace

Error file_error(const std::string& tried, const std::filesystem::path& path, int number) {
  Error error{.kind = ErrorKind::internal,
              .code = "store.file",
              .message = "Tried to " + tried + " (" + path.string() +
                         "): " + os::windows::words_of(static_cast<DWORD>(number)) + "."};
  switch (number) {
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
    case kQuotaExceeded:
      advise(error, ErrorKind::resource_exhausted, "store.disk_full",
             " Free space on that disk; nothing that was acknowledged is lost, and work goes on by "
             "itself.");
      break;
    case ERROR_ACCESS_DENIED:
    case ERROR_WRITE_PROTECT:
      advise(error, ErrorKind::failed_precondition, "store.not_writable",
             " The gateway's account must have full control of its data folder, and the disk must "
             "be writable.");
      break;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
      advise(error, ErrorKind::unavailable, "store.file_held",
             " Another program holds that file: leave the data folder out of what virus scanners "
             "and backup programs look at. It is tried again.");
      break;
    case ERROR_TOO_MANY_OPEN_FILES:
    case ERROR_NO_SYSTEM_RESOURCES:
      advise(error, ErrorKind::resource_exhausted, "store.no_descriptors",
             " The system has no more room for open files; see which process holds so many.");
      break;
    default:
      break;
  }
  return error;
}

Error file_error(const std::string& tried, const std::filesystem::path& path,
                 const std::error_code& problem) {
  if (problem.category() == std::system_category()) return file_error(tried, path, problem.value());
  // The C library's number.
  switch (problem.value()) {
    case ENOSPC:
      return file_error(tried, path, ERROR_DISK_FULL);
    case EACCES:
    case EPERM:
    case EROFS:
      return file_error(tried, path, ERROR_ACCESS_DENIED);
    case ENOENT:
      return file_error(tried, path, ERROR_PATH_NOT_FOUND);
    case EIO:
      return file_error(tried, path, ERROR_IO_DEVICE);
    default:
      return Error{
          .kind = ErrorKind::internal,
          .code = "store.file",
          .message = "Tried to " + tried + " (" + path.string() + "): " + problem.message() + "."};
  }
}

Result<std::optional<std::string>> read_small_file(const std::filesystem::path& file) {
  int error = 0;
  const OpenFile source = OpenFile::read(file, error);
  if (OpenFile::is_absent(error)) return std::optional<std::string>();
  std::int64_t size = 0;
  if (error == 0) error = source.size(size);
  std::string content(static_cast<std::size_t>(size), '\0');
  if (error == 0) error = source.read_all(0, content.data(), content.size());
  if (error != 0) return file_error("read", file, error);
  return std::optional(std::move(content));
}

Result<void> write_small_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path temporary = os::with_suffix(file, ".new");
  {
    auto target = OpenFile::create("create", temporary);
    if (!target) return std::move(target).error();
    if (const int error = target->write_all(content.data(), content.size()); error != 0)
      return file_error("write", temporary, error);
    if (const int error = target->flush(); error != 0) return file_error("flush", temporary, error);
  }
  if (auto renamed = rename_file("rename", temporary, file); !renamed) return renamed;
  return flush_folder(file.parent_path());
}

Result<void> make_private_file(const std::filesystem::path& file) {
  os::windows::PrivateAccess access;
  if (access.get() == nullptr) return file_error("create", file, ERROR_INVALID_SECURITY_DESCR);
  const Handle made(CreateFileW(file.c_str(), GENERIC_WRITE, kShareAll, access.get(), CREATE_NEW,
                                FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!made && GetLastError() != ERROR_FILE_EXISTS && GetLastError() != ERROR_ALREADY_EXISTS)
    return file_error("create", file, last_error());
  return {};
}

Result<void> make_one_folder(const std::filesystem::path& folder) {
  os::windows::PrivateAccess access;
  if (access.get() == nullptr)
    return file_error("make the folder", folder, ERROR_INVALID_SECURITY_DESCR);
  if (CreateDirectoryW(folder.c_str(), access.get())) return {};
  const int error = last_error();
  // A drive's own folder is refused with other words.
  if (is_folder(folder)) return {};
  return file_error("make the folder", folder, error);
}

Result<void> make_folder(const std::filesystem::path& folder) {
  if (is_folder(folder)) return {};
  const auto parent = folder.parent_path();
  if (!parent.empty() && parent != folder)
    if (auto made = make_folder(parent); !made) return made;
  if (auto made = make_one_folder(folder); !made) return made;
  return flush_folder(parent.empty() ? "." : parent);
}

Result<void> rename_file(const std::string& tried, const std::filesystem::path& from,
                         const std::filesystem::path& to) {
  if (rename_as_posix_does(from, to) || move(from, to, MOVEFILE_REPLACE_EXISTING)) return {};
  return file_error(tried, to, last_error());
}

Result<void> rename_folder(const std::string& tried, const std::filesystem::path& from,
                           const std::filesystem::path& to) {
  // Refused by the system when it is not empty.
  if (is_folder(to) && !RemoveDirectoryW(to.c_str())) return file_error(tried, to, last_error());
  if (!move(from, to, 0)) return file_error(tried, to, last_error());
  return {};
}

std::string process_mark() {
  return std::to_string(GetCurrentProcessId());
}

Result<void> flush_file(const std::filesystem::path& file) {
  const Handle written(CreateFileW(file.c_str(), GENERIC_WRITE, kShareAll, nullptr, OPEN_EXISTING,
                                   FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!written) return file_error("open", file, last_error());
  if (!FlushFileBuffers(written.get())) return file_error("flush", file, last_error());
  return {};
}

// A name is durable when the renaming that wrote through returned; a new file's with the flush of
// its bytes, since NTFS writes its log in order. Flushing the folder as well is for file systems
// that have more to do; those that know no such thing refuse it, and say nothing by that.
Result<void> flush_folder(const std::filesystem::path& folder) {
  if (!is_folder(folder)) return file_error("open the folder", folder, ERROR_PATH_NOT_FOUND);
  const Handle directory(CreateFileW(folder.c_str(), GENERIC_WRITE, kShareAll, nullptr,
                                     OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  if (!directory || FlushFileBuffers(directory.get())) return {};
  switch (GetLastError()) {
    case ERROR_ACCESS_DENIED:
    case ERROR_INVALID_FUNCTION:
    case ERROR_INVALID_HANDLE:
    case ERROR_INVALID_PARAMETER:
    case ERROR_NOT_SUPPORTED:
      return {};
    default:
      return file_error("flush the folder", folder, last_error());
  }
}

}  // namespace semafoor::store
