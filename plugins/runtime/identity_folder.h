// SPDX-License-Identifier: Apache-2.0
//
// The operating system's part of an identity: a folder of the host's own, with files that its
// account alone may read. Implemented in posix/ and windows/. Names are UTF-8.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "plugins/runtime/error.h"
#include "plugins/runtime/patience.h"

namespace semafoor::runtime {

// Makes the folder, for this account alone, where only it is missing. "identity.exposed": others
// may change what is in it; "identity.folder".
std::optional<Problem> prepare_folder(const std::string& folder);

// Empty when there is none. "identity.exposed": others than this account may read it;
// "identity.folder".
std::variant<std::optional<std::string>, Problem> read_private(const std::string& folder,
                                                               const std::string& name);

// All of it or nothing, also after a crash; on disk when it returns. Under the folder's lock.
std::optional<Problem> write_private(const std::string& folder, const std::string& name,
                                     const std::string& text);
std::optional<Problem> remove_private(const std::string& folder, const std::string& name);

// One holder at a time, of this process and all others; let go with the process.
class FolderLock {
 public:
  // "identity.busy" when patience ends first; "identity.folder".
  static std::variant<std::unique_ptr<FolderLock>, Problem> take(const std::string& folder,
                                                                 const Patience& patience);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  struct File;
  explicit FolderLock(std::unique_ptr<File> file);
  const std::unique_ptr<File> file_;
};

// For its implementations: each with what was tried, and the system's words.
Problem folder_problem(const std::string& tried, const std::string& path, const std::string& why);
Problem exposed_problem(const std::string& path, const std::string& what, const std::string& to_do);
Problem busy_problem(const std::string& folder);

}  // namespace semafoor::runtime
