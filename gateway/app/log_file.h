// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/sinks/sink.h>

#include <filesystem>

namespace semafoor::app {

// Where the log goes when it goes to a file. Supervisor and worker write to the same one; each line
// is appended whole. On Windows, which has no logrotate, a file for each day (of UTC), with the
// date before the extension, of which the last 30 are kept. Throws spdlog::spdlog_ex.
spdlog::sink_ptr open_log_file(const std::filesystem::path& file);

}  // namespace semafoor::app
