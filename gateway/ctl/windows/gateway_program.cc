// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/gateway_program.h"

#include <windows.h>

#include <iostream>

#include "gateway/ctl/admin_client.h"
#include "gateway/os/windows/command_line.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::ctl {

// No program becomes another one here: it is started, and its end is ours.
int become_gateway(const std::vector<std::string>& arguments) {
  auto program = os::windows::own_program();
  program.replace_filename("semafoor-gateway.exe");
  std::wstring line = os::windows::command_line(program, arguments);
  STARTUPINFOW how{};
  how.cb = sizeof how;
  PROCESS_INFORMATION made{};
  if (!CreateProcessW(program.c_str(), line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                      &how, &made)) {
    std::cerr << "semafoorctl: " << program.string()
              << " was to do this; the system says: " << os::windows::words_of(GetLastError())
              << ". Install both programs in one folder.\n";
    return kUnreachable;
  }
  const os::windows::Handle process(made.hProcess);
  const os::windows::Handle thread(made.hThread);
  WaitForSingleObject(process.get(), INFINITE);
  DWORD code = kRefused;
  GetExitCodeProcess(process.get(), &code);
  return static_cast<int>(code);
}

}  // namespace semafoor::ctl
