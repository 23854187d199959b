// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/json_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/app/log_file.h"
#include "gateway/app/system_log.h"
#include "gateway/domain/masking.h"

namespace semafoor::app {
namespace {

spdlog::level::level_enum level_of(rpc::Journal::Level level) {
  switch (level) {
    case rpc::Journal::Level::debug:
      return spdlog::level::debug;
    case rpc::Journal::Level::info:
      return spdlog::level::info;
    case rpc::Journal::Level::warning:
      return spdlog::level::warn;
    case rpc::Journal::Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* name_of(rpc::Journal::Level level) {
  switch (level) {
    case rpc::Journal::Level::debug:
      return "debug";
    case rpc::Journal::Level::info:
      return "info";
    case rpc::Journal::Level::warning:
      return "warning";
    case rpc::Journal::Level::error:
      return "error";
  }
  return "error";
}

// 2026-11-23T19:00:00.123Z
std::string now_text() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text.data();
}

}  // namespace

JsonLog::JsonLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {
  // The line is whole when it comes to spdlog.
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::info);
}

Result<std::unique_ptr<JsonLog>> JsonLog::open(const std::filesystem::path& file,
                                               const std::string& level) {
  try {
    spdlog::sink_ptr sink;
    if (file.empty())
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
      sink = open_log_file(file);
    auto log = std::make_unique<JsonLog>(std::make_shared<spdlog::logger>("semafoor", sink));
    log->set_level(level);
    return log;
  } catch (const spdlog::spdlog_ex& problem) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "log.file",
                 .message = "The log file " + file.string() +
                            " was to be opened; the system says: " + problem.what() +
                            ". Check its folder, or leave log_file out to log to stderr."};
  }
}

void JsonLog::note(Level level, std::string_view event, std::string_view message, Fields fields) {
  if (!system_listens() && !logger_->should_log(level_of(level))) return;
  const std::string masked = domain::mask_national_numbers(message);
  // Whatever the log's own level: monitoring is built on it.
  if (system_listens()) {
    std::string more;
    for (const auto& [key, value] : fields)
      more += std::string(key) + ": " + domain::mask_national_numbers(value) + "\n";
    tell_system(event, masked, more);
  }
  if (!logger_->should_log(level_of(level))) return;
  nlohmann::ordered_json line = {
      {"time", now_text()}, {"level", name_of(level)}, {"event", event}, {"message", masked}};
  for (const auto& [key, value] : fields)
    line[std::string(key)] = domain::mask_national_numbers(value);
  logger_->log(level_of(level), spdlog::string_view_t(line.dump(
                                    -1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

void JsonLog::set_level(const std::string& level) {
  logger_->set_level(level == "warning" ? spdlog::level::warn
                     : level == "error" ? spdlog::level::err
                     : level == "debug" ? spdlog::level::debug
                                        : spdlog::level::info);
}

void JsonLog::flush() {
  logger_->flush();
}

}  // namespace semafoor::app
