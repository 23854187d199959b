// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/documents/code_lists.h"
#include "gateway/documents/kind.h"
#include "gateway/documents/layout.h"
#include "gateway/documents/source.h"
#include "gateway/domain/result.h"

namespace semafoor::documents {

// The layouts there are: those compiled in, and the administrator's.
class Layouts {
 public:
  // As compiled in.
  static Layouts builtin();
  // Those compiled in, and each *.json of `folder`: a layout replaces another one of its name.
  // "layout.invalid", "layout.unreadable"; "layout.twice" when two files have one name.
  static Result<Layouts> load(const std::filesystem::path& folder);

  // In place of the one that has its name.
  void put(Layout layout);
  const std::vector<Layout>& all() const { return layouts_; }
  // nullptr when there is none of that name.
  const Layout* find(std::string_view name) const;

 private:
  std::vector<Layout> layouts_;
};

Result<Layout> load_layout(const std::filesystem::path& file);

// File name and content of each layout that is compiled in.
const std::vector<std::pair<std::string_view, std::string_view>>& builtin_layout_files();

// A layout may be taken for this file only when it makes rows of it.
struct Asked {
  // UNSPECIFIED: any.
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  std::string_view file_name;
  Kind kind = Kind::text;
};

// The layout that fits best: by its file names, then by how many of its columns the file has, then
// by how many of its first ten rows it reads. "layout.unknown" says why each does not fit;
// "layout.ambiguous" names those that fit equally well.
Result<const Layout*> recognise(const Opener& open, const TextFacts& facts, const Asked& asked,
                                const Layouts& layouts, const CodeLists& lists);

}  // namespace semafoor::documents
