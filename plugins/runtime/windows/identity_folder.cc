// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/identity_folder.h"

#include <windows.h>
// After windows.h, whose types they use.
#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "plugins/runtime/windows/account.h"
#include "plugins/runtime/windows/words.h"

namespace semafoor::runtime {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
// How soon a wait notices that its caller was called back, or that the lock is free.
constexpr DWORD kSliceMs = 20;
// What reads every new file (virus scanners, indexers) holds it for some milliseconds.
constexpr int kTries = 20;
constexpr DWORD kBetweenTriesMs = 15;
// Whatever else an entry gives (to see attributes, to wait) shows or changes no byte.
constexpr ACCESS_MASK kTouches = FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE |
                                 WRITE_DAC | WRITE_OWNER | GENERIC_READ | GENERIC_WRITE |
                                 GENERIC_ALL;
// "Owner rights": what the list says of whoever owns the file.
constexpr wchar_t kOwnerRights[] = L"S-1-3-4";

struct CloseIt {
  void operator()(HANDLE handle) const {
    if (handle != INVALID_HANDLE_VALUE) CloseHandle(handle);
  }
};
using Handle = std::unique_ptr<void, CloseIt>;

struct FreeIt {
  void operator()(void* memory) const { LocalFree(memory); }
};
using Local = std::unique_ptr<void, FreeIt>;

bool is_open(const Handle& handle) {
  return handle.get() != INVALID_HANDLE_VALUE;
}

std::string in(const std::string& folder, const std::string& name) {
  return folder + "\\" + name;
}

Problem failed(const std::string& tried, const std::string& path, DWORD error) {
  return folder_problem(tried, path, words_of(error));
}

// The system and its administrators read everything anyway.
bool is_one_of_us(PSID account, const std::wstring& self) {
  return IsWellKnownSid(account, WinLocalSystemSid) ||
         IsWellKnownSid(account, WinBuiltinAdministratorsSid) || text_of(account) == self;
}

// For what is made here: this account and the system, and nothing from the folder above.
class OwnAccess {
 public:
  OwnAccess() {
    const std::wstring list = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;" + own_user() + L")";
    PSECURITY_DESCRIPTOR made = nullptr;
    if (ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1, &made,
                                                             nullptr))
      descriptor_.reset(made);
    attributes_.nLength = sizeof attributes_;
    attributes_.lpSecurityDescriptor = made;
  }
  // Null when the system made no list: then nothing may be made.
  SECURITY_ATTRIBUTES* get() { return descriptor_ == nullptr ? nullptr : &attributes_; }

 private:
  Local descriptor_;
  SECURITY_ATTRIBUTES attributes_{};
};

// Whose it is, and who else may touch it. `path` is for the message.
std::optional<Problem> exposed(HANDLE file, const std::string& path) {
  PSID owner = nullptr;
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  const DWORD error =
      GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                      &owner, nullptr, &list, nullptr, &described);
  if (error != ERROR_SUCCESS) return failed("look at the access list of", path, error);
  const Local freed(described);
  const std::wstring self = own_user();
  const auto told = [&path](const std::wstring& who) {
    return exposed_problem(path, "account " + std::string(who.begin(), who.end()) + " may use it",
                           "Take it off the access list (icacls), and pair anew if somebody may "
                           "have read the key");
  };
  if (!is_one_of_us(owner, self)) return told(text_of(owner));
  // No list at all means no limits. FAT has none to give.
  if (list == nullptr) return told(L"everybody");
  for (DWORD i = 0; i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (!GetAce(list, i, &entry)) continue;
    const auto* header = static_cast<const ACE_HEADER*>(entry);
    if ((header->AceFlags & INHERIT_ONLY_ACE) != 0) continue;
    if (header->AceType == ACCESS_DENIED_ACE_TYPE) continue;
    if (header->AceType != ACCESS_ALLOWED_ACE_TYPE) return told(L"of an entry of another kind");
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    if ((allowed->Mask & kTouches) == 0) continue;
    PSID who = &allowed->SidStart;
    if (!is_one_of_us(who, self) && text_of(who) != kOwnerRights) return told(text_of(who));
  }
  return std::nullopt;
}

bool held_by_another(DWORD error) {
  return error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION ||
         error == ERROR_ACCESS_DENIED;
}

// The last error, or ERROR_SUCCESS.
template <typename Act>
DWORD tried_again(Act act) {
  for (int left = kTries;; --left) {
    if (act()) return ERROR_SUCCESS;
    const DWORD error = GetLastError();
    if (left == 0 || !held_by_another(error)) return error;
    Sleep(kBetweenTriesMs);
  }
}

}  // namespace

std::optional<Problem> prepare_folder(const std::string& folder) {
  const std::wstring name = wide_of(folder);
  OwnAccess own;
  if (own.get() == nullptr) return failed("make", folder, GetLastError());
  if (!CreateDirectoryW(name.c_str(), own.get()) && GetLastError() != ERROR_ALREADY_EXISTS)
    return failed("make", folder, GetLastError());
  const DWORD attributes = GetFileAttributesW(name.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return failed("look at", folder, GetLastError());
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
    return folder_problem("use", folder, "it is no folder");
  const Handle opened(CreateFileW(name.c_str(), READ_CONTROL,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  if (!is_open(opened)) return failed("look at", folder, GetLastError());
  return exposed(opened.get(), folder);
}

std::variant<std::optional<std::string>, Problem> read_private(const std::string& folder,
                                                               const std::string& name) {
  const std::string path = in(folder, name);
  HANDLE raw = INVALID_HANDLE_VALUE;
  const DWORD error = tried_again([&] {
    raw = CreateFileW(wide_of(path).c_str(), GENERIC_READ,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                      OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    return raw != INVALID_HANDLE_VALUE;
  });
  const Handle file(raw);
  // Only these mean that there is none: what cannot be read is not absent.
  if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND)
    return std::optional<std::string>();
  if (error != ERROR_SUCCESS) return failed("read", path, error);
  if (auto problem = exposed(file.get(), path)) return std::move(*problem);
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() <= kMostBytes) {
    DWORD count = 0;
    if (!ReadFile(file.get(), buffer.data(), buffer.size(), &count, nullptr))
      return failed("read", path, GetLastError());
    if (count == 0) return std::optional(std::move(text));
    text.append(buffer.data(), count);
  }
  return folder_problem("read", path, "it is larger than any identity");
}

std::optional<Problem> write_private(const std::string& folder, const std::string& name,
                                     const std::string& text) {
  const std::string path = in(folder, name);
  const std::wstring temporary = wide_of(path + ".new");
  OwnAccess own;
  if (own.get() == nullptr) return failed("make", path, GetLastError());
  // Left by a crash; made anew, so that its access list is this one.
  DeleteFileW(temporary.c_str());
  {
    const Handle file(CreateFileW(temporary.c_str(), GENERIC_WRITE, 0, own.get(), CREATE_NEW,
                                  FILE_ATTRIBUTE_NORMAL, nullptr));
    DWORD written = 0;
    if (!is_open(file) ||
        !WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) ||
        written != text.size() || !FlushFileBuffers(file.get()))
      return failed("write", path, GetLastError());
  }
  const DWORD error = tried_again([&] {
    return MoveFileExW(temporary.c_str(), wide_of(path).c_str(),
                       MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != FALSE;
  });
  if (error != ERROR_SUCCESS) return failed("put in its place", path, error);
  return std::nullopt;
}

std::optional<Problem> remove_private(const std::string& folder, const std::string& name) {
  const std::string path = in(folder, name);
  const DWORD error = tried_again([&] { return DeleteFileW(wide_of(path).c_str()) != FALSE; });
  if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND)
    return failed("remove", path, error);
  return std::nullopt;
}

// Nobody else can open the file while it is open here; the system lets go of it with the process.
struct FolderLock::File {
  explicit File(HANDLE opened) : handle(opened) {}
  const Handle handle;
};

FolderLock::FolderLock(std::unique_ptr<File> file) : file_(std::move(file)) {}

FolderLock::~FolderLock() = default;

std::variant<std::unique_ptr<FolderLock>, Problem> FolderLock::take(const std::string& folder,
                                                                    const Patience& patience) {
  const std::string path = in(folder, "lock");
  OwnAccess own;
  if (own.get() == nullptr) return failed("make", path, GetLastError());
  for (;;) {
    const HANDLE opened = CreateFileW(wide_of(path).c_str(), GENERIC_READ | GENERIC_WRITE, 0,
                                      own.get(), OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (opened != INVALID_HANDLE_VALUE)
      return std::unique_ptr<FolderLock>(new FolderLock(std::make_unique<File>(opened)));
    const DWORD error = GetLastError();
    if (error != ERROR_SHARING_VIOLATION) return failed("lock", path, error);
    if (patience.over()) return busy_problem(folder);
    Sleep(kSliceMs);
  }
}

}  // namespace semafoor::runtime
