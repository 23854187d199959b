// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/gateway_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "gateway/ctl/admin_client.h"

namespace semafoor::ctl {

int become_gateway(const std::vector<std::string>& arguments) {
  std::error_code problem;
  const std::string program =
      std::filesystem::read_symlink("/proc/self/exe", problem).replace_filename("semafoor-gateway");
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execv(program.c_str(), words.data());
  std::cerr << "semafoorctl: " << program
            << " was to do this; the system says: " << std::strerror(errno)
            << ". Install both programs in one folder.\n";
  return kUnreachable;
}

}  // namespace semafoor::ctl
