// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/json_log.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace semafoor::app {
namespace {

using Level = rpc::Journal::Level;

class JsonLogTest : public testing::Test {
 protected:
  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> all;
    std::istringstream text(out_.str());
    for (std::string line; std::getline(text, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  std::ostringstream out_;
  JsonLog log_{std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(out_))};
};

TEST_F(JsonLogTest, ALineIsOneObjectWithWhatHappened) {
  log_.note(Level::warning, "x.y", "Said \"so\"\nand so.", {{"pid", "7"}});
  const auto all = lines();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["level"], "warning");
  EXPECT_EQ(all[0]["event"], "x.y");
  EXPECT_EQ(all[0]["message"], "Said \"so\"\nand so.");
  EXPECT_EQ(all[0]["pid"], "7");
  const auto time = all[0]["time"].get<std::string>();
  EXPECT_EQ(time.size(), 24U) << time;
  EXPECT_TRUE(time.ends_with("Z"));
  EXPECT_NE(out_.str().find("\"event\":\"x.y\""), std::string::npos) << "no spaces: can be grepped";
}

TEST_F(JsonLogTest, NationalNumbersAreMaskedEverywhere) {
  log_.note(Level::error, "x", "Person 85073003328 and 85.07.30-033.28.",
            {{"person", "85073003328"}, {"organisation", "0212214917"}});
  const std::string text = out_.str();
  EXPECT_EQ(text.find("85073003328"), std::string::npos) << text;
  EXPECT_EQ(text.find("033.28"), std::string::npos) << text;
  EXPECT_NE(text.find("0212214917"), std::string::npos) << "an enterprise number is no secret";
}

TEST_F(JsonLogTest, BytesThatAreNoUtf8DoNotStopTheLog) {
  log_.note(Level::error, "x", "bad \xff byte", {{"field", "\xc3"}});
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(JsonLogTest, LevelsCanBeChanged) {
  log_.note(Level::debug, "hidden", "");
  log_.set_level("debug");
  log_.note(Level::debug, "shown", "");
  log_.set_level("error");
  log_.note(Level::warning, "hidden", "");
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0]["event"], "shown");
}

TEST(JsonLogFile, AFolderThatIsNotThereIsSaid) {
  const auto log = JsonLog::open("/proc/none/x.log", "info");
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().code, "log.file");
}

}  // namespace
}  // namespace semafoor::app
