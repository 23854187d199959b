// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/rpc/journal.h"

namespace spdlog {
class logger;
}

namespace semafoor::app {

// One JSON object a line: time, level, event, message, fields. National numbers are masked in
// everything, whoever forgot to. Any thread.
class JsonLog final : public rpc::Journal {
 public:
  // To standard error when `file` is empty. "log.file" when it cannot be opened.
  static Result<std::unique_ptr<JsonLog>> open(const std::filesystem::path& file,
                                               const std::string& level);
  explicit JsonLog(std::shared_ptr<spdlog::logger> logger);

  void note(Level level, std::string_view event, std::string_view message,
            Fields fields = {}) override;
  // "debug", "info", "warning", "error".
  void set_level(const std::string& level);
  void flush();

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace semafoor::app
