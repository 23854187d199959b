// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/layouts.h"

#include <algorithm>
#include <map>
#include <system_error>

#include "gateway/data/data_file.h"

namespace semafoor::documents {
namespace {

Error layout_error(const char* code, const std::string& message) {
  return Error{.kind = ErrorKind::failed_precondition, .code = code, .message = message};
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                            std::error_code& problem) {
  std::vector<std::filesystem::path> files;
  std::filesystem::directory_iterator entry(folder, problem);
  while (!problem && entry != std::filesystem::directory_iterator()) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
    entry.increment(problem);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Layouts Layouts::builtin() {
  Layouts layouts;
  for (const auto& [name, json] : builtin_layout_files()) {
    auto layout = parse_layout(json, std::string(name));
    // What is compiled in is read by a test.
    if (layout) layouts.put(std::move(*layout));
  }
  return layouts;
}

Result<Layout> load_layout(const std::filesystem::path& file) {
  auto text = data::text_of(file, "");
  if (!text) return layout_error("layout.unreadable", text.error().message);
  return parse_layout(*text, file.string());
}

Result<Layouts> Layouts::load(const std::filesystem::path& folder) {
  Layouts layouts = builtin();
  std::error_code problem;
  const auto files = files_of(folder, problem);
  if (problem)
    return layout_error("layout.unreadable", "Reading the layouts of " + folder.string() + ": " +
                                                 problem.message() +
                                                 ". Name a folder that this account may read.");
  std::map<std::string, std::string> from;
  for (const auto& file : files) {
    auto layout = load_layout(file);
    if (!layout) return layout.error();
    const auto [other, added] = from.emplace(layout->name, file.string());
    if (!added)
      return layout_error("layout.twice", "Reading the layouts of " + folder.string() + ": " +
                                              other->second + " and " + file.string() +
                                              " are both named " + layout->name +
                                              ". Give one of them another name.");
    layouts.put(std::move(*layout));
  }
  return layouts;
}

void Layouts::put(Layout layout) {
  for (Layout& known : layouts_) {
    if (known.name != layout.name) continue;
    known = std::move(layout);
    return;
  }
  layouts_.push_back(std::move(layout));
}

const Layout* Layouts::find(std::string_view name) const {
  for (const Layout& layout : layouts_)
    if (layout.name == name) return &layout;
  return nullptr;
}

}  // namespace semafoor::documents
