// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/file_shelf.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "gateway/store/files.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
             std::string::npos;
}

Error no_name(const std::string& name) {
  return {.kind = ErrorKind::invalid_argument,
          .code = "vault.name",
          .message = "A name was given that is none: '" + name +
                     "'. Use letters, digits, '-', '_' and '.', not first, at most 128."};
}

class FileShelf final : public vault::Shelf {
 public:
  explicit FileShelf(fs::path folder) : folder_(std::move(folder)) {}

  Result<std::optional<std::string>> load(const std::string& name) override {
    if (!is_name(name)) return no_name(name);
    return read_small_file(folder_ / name);
  }

  Result<void> save(const std::string& name, std::string_view bytes) override {
    if (!is_name(name)) return no_name(name);
    if (auto made = make_folder(folder_); !made) return made;
    return write_small_file(folder_ / name, bytes);
  }

  Result<void> remove(const std::string& name) override {
    if (!is_name(name)) return no_name(name);
    std::error_code problem;
    const bool gone = fs::remove(folder_ / name, problem);
    if (problem) return file_error("remove", folder_ / name, problem);
    return gone ? flush_folder(folder_) : Result<void>();
  }

  Result<std::vector<std::string>> names() override {
    std::vector<std::string> all;
    std::error_code problem;
    for (fs::directory_iterator each(folder_, problem);
         !problem && each != fs::directory_iterator(); each.increment(problem)) {
      std::error_code unknown;
      if (each->is_directory(unknown)) continue;
      std::string name = each->path().filename().string();
      // Not what a write left unfinished.
      if (is_name(name) && !name.ends_with(".new")) all.push_back(std::move(name));
    }
    if (problem && problem != std::errc::no_such_file_or_directory)
      return file_error("list", folder_, problem);
    std::sort(all.begin(), all.end());
    return all;
  }

  std::string shown(const std::string& name) const override { return (folder_ / name).string(); }

 private:
  const fs::path folder_;
};

}  // namespace

std::unique_ptr<vault::Shelf> make_file_shelf(fs::path folder) {
  return std::make_unique<FileShelf>(std::move(folder));
}

}  // namespace semafoor::store
