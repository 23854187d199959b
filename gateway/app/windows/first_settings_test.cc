// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/first_settings.h"

#include <gtest/gtest.h>

#include <fstream>

#include "gateway/app/config.h"
#include "gateway/os/test_folder.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::app::windows {
namespace {

class FirstSettingsFile : public testing::Test {
 protected:
  ~FirstSettingsFile() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const std::filesystem::path folder_ = os::make_test_folder("settings");
  const std::filesystem::path file_ = folder_ / "new" / "gateway.toml";
};

TEST_F(FirstSettingsFile, WhatIsWrittenIsWhatTheGatewayReads) {
  const auto written = write_first_settings(
      file_, {.data_folder = R"(D:\Sociale dienst\d'Hondt é)", .metrics_port = "9464"});
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_TRUE(*written);
  const auto loaded = load_config(file_);
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.text();
  EXPECT_EQ(loaded.config.data_dir, os::path_of(R"(D:\Sociale dienst\d'Hondt é)"));
  EXPECT_EQ(loaded.config.metrics_port, 9464);
}

TEST_F(FirstSettingsFile, WithoutWishesAllIsStandard) {
  ASSERT_TRUE(write_first_settings(file_, {}).ok());
  const auto loaded = load_config(file_);
  EXPECT_TRUE(loaded.problems.empty());
  EXPECT_EQ(loaded.config.metrics_port, 0);
}

TEST_F(FirstSettingsFile, OneThatIsThereStays) {
  std::filesystem::create_directories(file_.parent_path());
  std::ofstream(file_) << "# mine\n";
  const auto written = write_first_settings(file_, {.data_folder = "D:\\x", .metrics_port = {}});
  ASSERT_TRUE(written.ok());
  EXPECT_FALSE(*written);
  std::string line;
  std::getline(std::ifstream(file_) >> std::ws, line);
  EXPECT_EQ(line, "# mine");
}

}  // namespace
}  // namespace semafoor::app::windows
