// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/log_file.h"

#include <spdlog/sinks/base_sink.h>
#include <windows.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/os/windows/handle.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;

constexpr std::size_t kKept = 30;

// "-2026-11-28"
std::wstring date_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  wchar_t text[32];
  std::swprintf(text, std::size(text), L"-%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

class DailyFile final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DailyFile(std::filesystem::path file) : file_(std::move(file)) {
    open(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto day = std::chrono::floor<std::chrono::days>(message.time);
    if (day != day_) open(day);
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    DWORD written = 0;
    if (!WriteFile(opened_.get(), line.data(), static_cast<DWORD>(line.size()), &written, nullptr))
      throw spdlog::spdlog_ex("the log was to be written: " +
                              os::windows::words_of(GetLastError()));
  }
  void flush_() override {}

  void open(std::chrono::sys_days day) {
    std::filesystem::path name = file_.parent_path() / file_.stem();
    name += date_of(day);
    name += file_.extension();
    // Nothing but appending: the system puts each write at the end, whoever else writes.
    Handle opened(CreateFileW(name.c_str(), FILE_APPEND_DATA,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                              OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!opened) throw spdlog::spdlog_ex(os::windows::words_of(GetLastError()));
    opened_ = std::move(opened);
    day_ = day;
    remove_old();
  }

  // Names sort as their dates do. What cannot be removed now can be tomorrow.
  void remove_old() const {
    const std::wstring begin = file_.stem().native() + L"-";
    std::vector<std::filesystem::path> found;
    std::error_code ignored;
    for (std::filesystem::directory_iterator at(file_.parent_path(), ignored), end; at != end;
         at.increment(ignored)) {
      const std::wstring name = at->path().filename().native();
      if (name.starts_with(begin) && at->path().extension() == file_.extension() &&
          name.size() == begin.size() + 10 + file_.extension().native().size())
        found.push_back(at->path());
    }
    std::sort(found.begin(), found.end());
    for (std::size_t i = 0; i + kKept < found.size(); ++i)
      std::filesystem::remove(found[i], ignored);
  }

  const std::filesystem::path file_;
  std::chrono::sys_days day_;
  Handle opened_;
};

}  // namespace

spdlog::sink_ptr open_log_file(const std::filesystem::path& file) {
  return std::make_shared<DailyFile>(std::filesystem::absolute(file));
}

}  // namespace semafoor::app
