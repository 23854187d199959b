// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/log_file.h"

#include <spdlog/sinks/basic_file_sink.h>

namespace semafoor::app {

spdlog::sink_ptr open_log_file(const std::filesystem::path& file) {
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
}

}  // namespace semafoor::app
