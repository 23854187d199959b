// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/drop_folders.h"

#include <exception>
#include <system_error>

#include "gateway/domain/text.h"
#include "gateway/domain/uuid.h"
#include "gateway/intake/boxes.h"
#include "gateway/intake/description.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/files.h"

namespace semafoor::intake {
namespace {

// Leaves room for what is written behind it (" (2)", ".reason.json").
constexpr std::size_t kLongestKept = 220;
constexpr int kMostAlike = 10'000;

}  // namespace

std::filesystem::path DropFolders::of(v1::EboxType box) const {
  return root / os::path_of(box_name(box));
}

Result<void> DropFolders::make() const {
  if (auto made = store::make_folder(root); !made) return made;
  for (const auto& [box, name] : kBoxes)
    if (auto made = store::make_folder(of(box)); !made) return made;
  for (const auto& folder : {work(), done(), refused()})
    if (auto made = store::make_folder(folder); !made) return made;
  return {};
}

std::optional<std::string> name_of(const std::filesystem::path& file) {
  try {
    const auto name = file.filename().u8string();
    std::string text(name.begin(), name.end());
    if (domain::is_utf8(text)) return text;
  } catch (const std::exception&) {
    // Half a surrogate pair on Windows.
  }
  return std::nullopt;
}

Result<std::filesystem::path> free_place(const std::filesystem::path& file,
                                         const std::filesystem::path& folder) {
  auto name = name_of(file);
  if (!name || !is_plain_name(*name) || name->size() > kLongestKept)
    name = "file-" + domain::uuid_v4();
  const auto dot = name->rfind('.');
  const bool has_ending = dot != std::string::npos && dot > 0;
  const std::string stem = has_ending ? name->substr(0, dot) : *name;
  const std::string ending = has_ending ? name->substr(dot) : std::string();
  for (int number = 1; number <= kMostAlike; ++number) {
    const auto place =
        folder /
        os::path_of(number == 1 ? *name : stem + " (" + std::to_string(number) + ")" + ending);
    std::error_code problem;
    const auto status = std::filesystem::symlink_status(place, problem);
    if (status.type() == std::filesystem::file_type::not_found) return place;
  }
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "intake.folder_full",
               .message = "Moving a file that came in: its folder (" + folder.string() +
                          ") holds thousands of that name. Clear it out."};
}

}  // namespace semafoor::intake
