// SPDX-License-Identifier: Apache-2.0
//
// The folders of one organisation:
//
//   <folder>/<CBE number>/enterprise, institution, civil-servant, citizen   where people put files
//   <folder>/<CBE number>/work       a file on its way, in a folder of its own
//   <folder>/<CBE number>/done       what is stored
//   <folder>/<CBE number>/refused    what is not, with its reason beside it
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::intake {

struct DropFolders {
  std::filesystem::path root;

  std::filesystem::path of(v1::EboxType box) const;
  std::filesystem::path work() const { return root / "work"; }
  std::filesystem::path done() const { return root / "done"; }
  std::filesystem::path refused() const { return root / "refused"; }

  // Makes those that are missing, for this account alone. What is there keeps its rights: an
  // administrator opens the folders to who may put files there.
  Result<void> make() const;
};

// In UTF-8; nothing when the name is none.
std::optional<std::string> name_of(const std::filesystem::path& file);

// `file` takes a free name in `folder`, like its own: "letter.pdf", "letter (2).pdf"; a name that
// is no plain one becomes "file-<id>". Gives the new place.
Result<std::filesystem::path> free_place(const std::filesystem::path& file,
                                         const std::filesystem::path& folder);

}  // namespace semafoor::intake
