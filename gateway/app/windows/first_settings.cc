// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/first_settings.h"

#include <windows.h>

#include "gateway/os/windows/handle.h"

namespace semafoor::app::windows {
namespace {

constexpr char kHead[] =
    "# Settings of the Semafoor gateway. Every key has a default; \"semafoor-gateway check\" says "
    "what is in\r\n"
    "# force, or which line is wrong. Organisations are not here: semafoorctl organisations "
    "add.\r\n"
    "#\r\n"
    "# Paths stand between single quotes: backslashes mean themselves there.\r\n\r\n";
constexpr char kTail[] =
    "\r\n"
    "# Which accounts may run a host that loads the plugins, and for whom. Administrators and "
    "the\r\n"
    "# gateway's own account may always.\r\n"
    "#\r\n"
    "# [[local.allow]]\r\n"
    "# group = 'Users'\r\n"
    "# organisations = [\"0212344876\"]      # or [\"*\"]\r\n\r\n"
    "# [upstream]\r\n"
    "# podmi_base_url = \"https://...\"      # as agreed with POD MI; without it there are no "
    "signals\r\n";

// Between single quotes TOML takes everything as it stands, and cannot hold one of them.
std::string in_quotes(const std::string& text) {
  if (text.find('\'') == std::string::npos) return "'" + text + "'";
  std::string escaped;
  for (const char one : text)
    escaped += one == '\\' || one == '"' ? std::string{'\\', one} : std::string{one};
  return '"' + escaped + '"';
}

Error failed(const std::filesystem::path& file, DWORD problem) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "settings.file",
          .message = "The settings " + file.string() +
                     " were to be written; the system says: " + os::windows::words_of(problem) +
                     (problem == ERROR_ACCESS_DENIED
                          ? ". Run this in a window that was opened as administrator."
                          : ". Check the disk and the folder.")};
}

}  // namespace

Result<bool> write_first_settings(const std::filesystem::path& file, const FirstSettings& chosen) {
  std::string text = kHead;
  if (!chosen.data_folder.empty())
    text += "[gateway]\r\ndata_dir = " + in_quotes(chosen.data_folder) + "\r\n\r\n";
  text += chosen.metrics_port.empty()
              ? std::string(
                    "# [metrics]\r\n# listen = \"127.0.0.1:9464\"           # "
                    "/metrics, /health/live, /health/ready\r\n")
              : "[metrics]\r\nlisten = " + in_quotes("127.0.0.1:" + chosen.metrics_port) + "\r\n";
  text += kTail;
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  const os::windows::Handle made(CreateFileW(file.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                             FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!made) {
    const DWORD problem = GetLastError();
    if (problem == ERROR_FILE_EXISTS) return false;
    return failed(file, problem);
  }
  DWORD written = 0;
  if (!WriteFile(made.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr) ||
      !FlushFileBuffers(made.get()))
    return failed(file, GetLastError());
  return true;
}

}  // namespace semafoor::app::windows
