// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/key_file.h"

#include <openssl/crypto.h>
#include <windows.h>

#include <algorithm>
#include <utility>

#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::vault {
namespace {

using os::windows::Handle;
using os::windows::words_of;

// A PEM private key is a few kilobytes; more is a wrong file.
constexpr LONGLONG kMaxKeyFile = 64 * 1024;
constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

Error unreadable(const std::filesystem::path& file, const std::string& what,
                 const std::string& advice) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unreadable",
               .message = "Reading the key " + file.string() + ": " + what + ". " + advice};
}

Error missing(const std::filesystem::path& file) {
  return Error{.kind = ErrorKind::not_found,
               .code = "vault.key_missing",
               .message = "Reading the key " + file.string() +
                          ": there is no such file. Put the organisation's private key there (PEM, "
                          "for the account of the gateway alone), or correct the name of the key "
                          "in the organisation's settings."};
}

bool is_absent(DWORD error) {
  return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
}

Handle open_folder(const std::filesystem::path& folder) {
  return Handle(CreateFileW(folder.c_str(), FILE_READ_ATTRIBUTES, kShareAll, nullptr, OPEN_EXISTING,
                            FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

bool same_place(const std::filesystem::path& one, const std::filesystem::path& other) {
  return CompareStringOrdinal(one.c_str(), -1, other.c_str(), -1, TRUE) == CSTR_EQUAL;
}

// What is wrong with who may read it; nothing when it is private.
Result<void> check_access(HANDLE file, const std::filesystem::path& named) {
  const auto sharing = os::windows::sharing_of(file);
  if (sharing.problem != ERROR_SUCCESS)
    return unreadable(named, "its access list cannot be read (" + words_of(sharing.problem) + ")",
                      "Put the folder of the keys on a disk with NTFS.");
  if (!sharing.foreign_owner.empty())
    return unreadable(named, "it belongs to another account (" + sharing.foreign_owner + ")",
                      "Make the administrators its owner: icacls FILE /setowner *S-1-5-32-544");
  if (!sharing.others.empty())
    return unreadable(named,
                      "other accounts may read or change it (" + sharing.others.front() + ")",
                      "Take their rights away (icacls FILE /inheritance:r /grant:r "
                      "*S-1-5-18:F *S-1-5-32-544:F \"NT SERVICE\\SemafoorGateway\":R), and "
                      "replace the key if somebody else may have copied it.");
  return {};
}

}  // namespace

Result<SecretBytes> read_key_file(const std::filesystem::path& folder,
                                  const std::string& file_name) {
  const std::filesystem::path named = folder / os::path_of(file_name);
  const Handle home = open_folder(folder);
  if (!home) {
    if (is_absent(GetLastError())) return missing(named);
    return unreadable(named, "the folder cannot be opened (" + words_of(GetLastError()) + ")",
                      "Give the account of the gateway access to the folder.");
  }
  // Links are followed; where they led is seen below, on the file that was opened.
  const Handle file(CreateFileW(named.c_str(), GENERIC_READ | READ_CONTROL, kShareAll, nullptr,
                                OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) {
    if (is_absent(GetLastError())) return missing(named);
    return unreadable(named, words_of(GetLastError()),
                      "Give the account of the gateway, and nobody else, the right to read it. It "
                      "must be an ordinary file.");
  }
  const std::filesystem::path target = os::windows::real_path(file.get());
  if (target.empty() || !same_place(target.parent_path(), os::windows::real_path(home.get())))
    return unreadable(named, "it is a link that leads out of the folder of the keys",
                      "Put the file itself into the folder.");
  if (GetFileType(file.get()) != FILE_TYPE_DISK)
    return unreadable(named, "it is not a file", "Put the key there as an ordinary file.");
  if (auto is_private = check_access(file.get(), named); !is_private)
    return std::move(is_private).error();
  LARGE_INTEGER size{};
  if (!GetFileSizeEx(file.get(), &size) || size.QuadPart > kMaxKeyFile)
    return unreadable(named, "it is larger than a key can be",
                      "Put one PEM private key into the file.");

  std::string bytes(static_cast<std::size_t>(size.QuadPart), '\0');
  DWORD filled = 0;
  // Of a file on disk, a reading gives all that is there.
  if (!ReadFile(file.get(), bytes.data(), static_cast<DWORD>(bytes.size()), &filled, nullptr)) {
    const DWORD reason = GetLastError();
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return unreadable(named, words_of(reason), "Check the disk, then try again.");
  }
  bytes.resize(filled);
  return SecretBytes(std::move(bytes));
}

}  // namespace semafoor::vault
