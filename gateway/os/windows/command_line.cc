// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/windows/command_line.h"

#include "gateway/os/windows/handle.h"

namespace semafoor::os::windows {
namespace {

// Source: Microsoft, "Parsing C++ command-line arguments": backslashes count double before a
// quotation mark only.
std::wstring quoted(const std::wstring& word) {
  std::wstring text = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t letter : word) {
    if (letter == L'\\') {
      ++backslashes;
    } else {
      if (letter == L'"') text.append(backslashes + 1, L'\\');
      backslashes = 0;
    }
    text += letter;
  }
  text.append(backslashes, L'\\');
  return text + L"\"";
}

}  // namespace

std::wstring command_line(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments) {
  std::wstring line = quoted(program.native());
  for (const std::string& argument : arguments) line += L" " + quoted(wide_of(argument));
  return line;
}

std::filesystem::path own_program() {
  std::wstring path(32'768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

}  // namespace semafoor::os::windows
