// SPDX-License-Identifier: Apache-2.0
#include "plugins/ebox/file_name.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "plugins/kit/text.h"

namespace semafoor::ebox {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestExtension = 16;
// What no file system or shell takes well, here or on the Windows share where the file may end.
constexpr std::string_view kForbidden = "<>:\"/\\|?*";

// Position of the extension's dot, or the size of the name when it has none worth keeping.
std::size_t extension_at(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kLongestExtension)
    return name.size();
  return dot;
}

bool is_device(std::string_view name) {
  std::string stem(name.substr(0, name.find('.')));
  std::transform(stem.begin(), stem.end(), stem.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  constexpr std::array<std::string_view, 4> kPlain = {"con", "prn", "aux", "nul"};
  if (std::find(kPlain.begin(), kPlain.end(), stem) != kPlain.end()) return true;
  return stem.size() == 4 && (stem.rfind("com", 0) == 0 || stem.rfind("lpt", 0) == 0) &&
         stem[3] >= '1' && stem[3] <= '9';
}

}  // namespace

std::string harmless_name(std::string_view name) {
  // What stands before the last separator is a folder somebody else chose.
  if (const std::size_t slash = name.find_last_of("/\\"); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  std::string clean;
  if (kit::valid_utf8(name)) {
    for (const char c : name) {
      const auto byte = static_cast<unsigned char>(c);
      clean +=
          byte < 0x20 || byte == 0x7f || kForbidden.find(c) != std::string_view::npos ? '_' : c;
    }
  }
  // Windows drops dots and blanks at the end, and a leading dot hides the file.
  while (!clean.empty() && (clean.back() == '.' || clean.back() == ' ')) clean.pop_back();
  const std::size_t first = clean.find_first_not_of(". ");
  clean.erase(0, first == std::string::npos ? clean.size() : first);
  if (clean.empty()) clean = "attachment";
  if (is_device(clean)) clean.insert(0, 1, '_');
  if (clean.size() > kLongestName) {
    const std::size_t dot = extension_at(clean);
    const std::string extension = clean.substr(dot);
    clean = std::string(
                kit::cut(std::string_view(clean).substr(0, dot), kLongestName - extension.size())) +
            extension;
  }
  return clean;
}

bool is_one_component(std::string_view name) {
  return !name.empty() && harmless_name(name) == name;
}

std::string numbered(const std::string& name, int number) {
  const std::size_t dot = extension_at(name);
  return name.substr(0, dot) + " (" + std::to_string(number) + ")" + name.substr(dot);
}

}  // namespace semafoor::ebox
