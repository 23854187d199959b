// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/log_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <fstream>
#include <set>

#include "gateway/os/test_folder.h"

namespace semafoor::app {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class LogFile : public testing::Test {
 protected:
  ~LogFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& one : std::filesystem::directory_iterator(folder_))
      found.insert(one.path().filename().string());
    return found;
  }
  std::vector<std::string> lines_of(const std::string& name) const {
    std::vector<std::string> lines;
    std::ifstream in(folder_ / name);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  const std::filesystem::path folder_ = os::make_test_folder("log");
};

std::shared_ptr<spdlog::logger> logger_to(const std::filesystem::path& file) {
  auto logger = std::make_shared<spdlog::logger>("test", open_log_file(file));
  logger->set_pattern("%v");
  return logger;
}

TEST_F(LogFile, TwoWritersOfOneFileLoseNoLine) {
  const auto first = logger_to(folder_ / "g.log");
  const auto second = logger_to(folder_ / "g.log");
  for (int i = 0; i < 3; ++i) {
    first->info("a");
    second->info("b");
  }
  const auto found = names();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.begin()->substr(0, 4), "g-20");
  EXPECT_THAT(lines_of(*found.begin()), ElementsAre("a", "b", "a", "b", "a", "b"));
}

TEST_F(LogFile, ThirtyDaysAreKeptAndNothingElseIsTouched) {
  for (int day = 1; day <= 31; ++day)
    std::ofstream(folder_ /
                  ("g-1999-01-" + std::string(day < 10 ? "0" : "") + std::to_string(day) + ".log"))
        << "old\n";
  std::ofstream(folder_ / "g-of-somebody-else.log") << "x";
  logger_to(folder_ / "g.log")->info("new");
  const auto found = names();
  EXPECT_THAT(found, SizeIs(31));
  EXPECT_FALSE(found.contains("g-1999-01-02.log"));
  EXPECT_TRUE(found.contains("g-1999-01-03.log"));
  EXPECT_TRUE(found.contains("g-of-somebody-else.log"));
}

TEST_F(LogFile, AFolderThatIsNotThereIsSaid) {
  EXPECT_THROW(open_log_file(folder_ / "no" / "g.log"), spdlog::spdlog_ex);
}

}  // namespace
}  // namespace semafoor::app
