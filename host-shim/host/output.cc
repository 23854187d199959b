// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/output.h"

#include <algorithm>
#include <iostream>

#include "host-shim/host/console.h"
#include "host-shim/host/masking.h"

namespace semafoor::reference_host {
namespace {

constexpr size_t kWidestColumn = 48;

// Characters, not bytes: continuation bytes of UTF-8 take no room.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::string shortened(const std::string& text) {
  std::string line = one_line(text);
  if (width_of(line) <= kWidestColumn) return line;
  size_t bytes = 0;
  for (size_t width = 0; bytes < line.size(); ++bytes) {
    if ((static_cast<unsigned char>(line[bytes]) & 0xc0) != 0x80 && ++width == kWidestColumn) break;
  }
  return line.substr(0, bytes) + "…";
}

}  // namespace

std::string Output::shown(std::string_view text) const {
  return options_.show_numbers ? std::string(text) : mask_numbers(text);
}

void Output::document(const Json& document) {
  if (!options_.json) return;
  const std::lock_guard lock(mutex_);
  std::cout << document.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

void Output::line(const std::string& text) {
  if (options_.json) return;
  const std::lock_guard lock(mutex_);
  std::cout << shown(text) << std::endl;
}

void Output::table(const std::vector<std::string>& head,
                   const std::vector<std::vector<std::string>>& rows) {
  if (options_.json) return;
  std::vector<std::vector<std::string>> cells{head};
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    // The last column bounds nobody: a reason stands there whole.
    for (const std::string& cell : row)
      line.push_back(line.size() + 1 == row.size() ? one_line(shown(cell))
                                                   : shortened(shown(cell)));
  }
  std::vector<size_t> widths(head.size(), 0);
  for (const auto& row : cells) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  const std::lock_guard lock(mutex_);
  for (const auto& row : cells) {
    std::string text;
    for (size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] - width_of(row[i]) + 2, ' ');
    }
    std::cout << text << '\n';
  }
  std::cout << std::flush;
}

Json error_document(const shim::Error& error) {
  Json body{{"status", error.status_name()},
            {"code", error.code()},
            {"message", error.what()},
            {"domain", error.domain()},
            {"retryable", error.retryable()}};
  if (error.retry_after()) body["retryAfterMs"] = error.retry_after()->count();
  if (!error.correlation_id().empty()) body["correlationId"] = error.correlation_id();
  const Json details = Json::parse(error.details_json(), nullptr, false);
  if (!details.is_discarded()) body["details"] = details;
  return {{"error", body}};
}

void Output::error(const shim::Error& error) {
  document(error_document(error));
  if (options_.json) return;
  progress_done();
  const std::lock_guard lock(mutex_);
  std::cerr << "semafoor-host: " << shown(error.what()) << "\n  status " << error.status_name();
  if (!error.code().empty()) std::cerr << ", code " << error.code();
  if (!error.correlation_id().empty()) std::cerr << ", correlation " << error.correlation_id();
  std::cerr << (error.retryable() ? "; the same command may succeed later" : "") << std::endl;
}

void Output::failure(const std::string& status, const std::string& code, const std::string& text) {
  document({{"error", {{"status", status}, {"code", code}, {"message", text}}}});
  if (options_.json) return;
  const std::lock_guard lock(mutex_);
  std::cerr << "semafoor-host: " << shown(text) << std::endl;
}

void Output::progress(const std::string& what, int64_t done, int64_t total) {
  const std::lock_guard lock(mutex_);
  const bool terminal = stderr_is_terminal();
  const auto now = std::chrono::steady_clock::now();
  if (now - last_progress_ < (terminal ? std::chrono::milliseconds(100) : std::chrono::seconds(1)))
    return;
  last_progress_ = now;
  std::string text = shown(what) + " " + std::to_string(done);
  if (total > 0) text += "/" + std::to_string(total);
  // On a terminal one line that changes; into a file one line a second.
  std::cerr << (terminal ? "\r\x1b[K" : "") << text << (terminal ? "" : "\n") << std::flush;
  progress_line_open_ = terminal;
}

void Output::progress_done() {
  const std::lock_guard lock(mutex_);
  if (progress_line_open_) std::cerr << "\r\x1b[K" << std::flush;
  progress_line_open_ = false;
}

void Output::log(int32_t severity, std::string_view json_line) {
  if (severity < (options_.verbose ? SEMAFOOR_LOG_DEBUG : SEMAFOOR_LOG_WARNING)) return;
  const std::lock_guard lock(mutex_);
  std::cerr << json_line << std::endl;
}

}  // namespace semafoor::reference_host
