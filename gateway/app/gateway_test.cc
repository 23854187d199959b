// SPDX-License-Identifier: Apache-2.0
//
// The whole gateway in this process: what is wired, what the monitoring pages say, how it ends.
#include "gateway/app/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "gateway/store/store.h"

namespace semafoor::app {
namespace {

using ::testing::HasSubstr;

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(probe, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(probe);
  return ntohs(address.sin_port);
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    std::string pattern = testing::TempDir() + "gwXXXXXX";
    folder_ = mkdtemp(pattern.data());
    config_ = parse_config("[gateway]\ndata_dir = \"" + (folder_ / "data").string() +
                               "\"\nrun_dir = \"" + (folder_ / "run").string() + "\"\n",
                           "g.toml")
                  .config;
  }
  ~GatewayTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  Config config_;
  JsonLog log_{
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>())};
};

TEST_F(GatewayTest, StartsServesItsPagesAndStopsWithinASecond) {
  config_.metrics_host = "127.0.0.1";
  config_.metrics_port = free_port();
  auto gateway = Gateway::start(config_, log_, nullptr);
  ASSERT_TRUE(gateway.ok()) << gateway.error().message;
  httplib::Client client("127.0.0.1", config_.metrics_port);
  const auto live = client.Get("/health/live");
  ASSERT_TRUE(live);
  EXPECT_EQ(live->status, 200);
  const auto ready = client.Get("/health/ready");
  EXPECT_EQ(ready->status, 200);
  EXPECT_THAT(ready->body, testing::HasSubstr("\"duties\":[]"));
  EXPECT_THAT(ready->body, testing::HasSubstr("\"room\":\""));
  const auto metrics = client.Get("/metrics");
  EXPECT_EQ(metrics->status, 200);
  EXPECT_THAT(metrics->body, HasSubstr("\nsemafoor_ready 1\n"));
  EXPECT_THAT(metrics->body, HasSubstr("semafoor_info{version=\"" + gateway_version() + "\"} 1"));
  EXPECT_THAT(metrics->body, HasSubstr("\nsemafoor_store_readable 1\n"));
  EXPECT_EQ(client.Get("/other")->status, 404);
  EXPECT_TRUE(std::filesystem::is_socket(config_.attest_socket));
  EXPECT_TRUE(std::filesystem::is_socket(config_.rpc_socket));
  for (const char* work_folder : {"reports", "returns"})
    EXPECT_EQ(std::filesystem::status(config_.data_dir / work_folder).permissions(),
              std::filesystem::perms::owner_all)
        << work_folder;
  const auto began = std::chrono::steady_clock::now();
  (*gateway)->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  EXPECT_FALSE(std::filesystem::exists(config_.attest_socket));
}

TEST_F(GatewayTest, LooseSettingsAlarmOnItsPages) {
  config_.metrics_host = "127.0.0.1";
  config_.metrics_port = free_port();
  config_.plaintext_keys = true;
  auto gateway = Gateway::start(config_, log_, nullptr);
  ASSERT_TRUE(gateway.ok()) << gateway.error().message;
  httplib::Client client("127.0.0.1", config_.metrics_port);
  EXPECT_THAT(client.Get("/health/ready")->body, HasSubstr("\"status\":\"degraded\""));
  const auto metrics = client.Get("/metrics")->body;
  EXPECT_THAT(metrics, HasSubstr("semafoor_alarms{code=\"keys.plaintext\",subject=\"\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("semafoor_alarms{code=\"seal.none\",subject=\"\"} 2\n"));
}

TEST_F(GatewayTest, DoesNotStartWhereOthersCanOpenItsData) {
  std::filesystem::create_directory(config_.data_dir);
  std::filesystem::permissions(config_.data_dir, std::filesystem::perms(0755));
  const auto gateway = Gateway::start(config_, log_, nullptr);
  ASSERT_FALSE(gateway.ok());
  EXPECT_EQ(gateway.error().code, "data.open_folder");
}

TEST_F(GatewayTest, ATaskOfANewerVersionIsParkedShownAndKept) {
  constexpr char kOrg[] = "0100100139";
  const auto tasks = [&] {
    auto opened = store::open_sqlite_store({.folder = config_.data_dir}).value();
    std::vector<store::TaskCount> found;
    EXPECT_TRUE(opened->read([&](store::Reader& reader) -> Result<void> {
      auto counts = reader.task_counts(kOrg);
      if (!counts) return counts.error();
      found = *counts;
      return {};
    }));
    return found;
  };
  {
    auto opened = store::open_sqlite_store({.folder = config_.data_dir}).value();
    ASSERT_TRUE(opened->write_and_wait([&](store::Transaction& tx) -> Result<void> {
      v1::Organisation organisation;
      organisation.mutable_organisation()->set_value(kOrg);
      organisation.add_enabled_modules(v1::MODULE_EBOX);
      if (auto put = tx.put_organisation(organisation); !put) return put;
      auto added = tx.enqueue({.org = kOrg, .kind = "mandate.renew", .key = "1"});
      return added ? Result<void>{} : added.error();
    }));
  }
  config_.metrics_host = "127.0.0.1";
  config_.metrics_port = free_port();
  auto gateway = Gateway::start(config_, log_, nullptr);
  ASSERT_TRUE(gateway.ok()) << gateway.error().message;
  const auto metrics = httplib::Client("127.0.0.1", config_.metrics_port).Get("/metrics");
  ASSERT_TRUE(metrics);
  EXPECT_THAT(metrics->body,
              HasSubstr("semafoor_tasks{organisation=\"0100100139\",kind=\"mandate.renew\"} 1\n"));
  EXPECT_THAT(metrics->body, HasSubstr("semafoor_tasks_parked{organisation=\"0100100139\"} 1\n"));
  gateway->reset();
  const auto kept = tasks();
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].kind, "mandate.renew");
}

TEST_F(GatewayTest, ASecondOneOnTheSameDataIsRefusedAndTheFirstGoesOn) {
  auto first = Gateway::start(config_, log_, nullptr);
  ASSERT_TRUE(first.ok()) << first.error().message;
  const auto second = Gateway::start(config_, log_, nullptr);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "data.in_use");
  Config other = config_;
  other.data_dir = folder_ / "data2";
  const auto third = Gateway::start(other, log_, nullptr);
  ASSERT_FALSE(third.ok());
  EXPECT_EQ(third.error().code, "socket.in_use");
  EXPECT_TRUE(std::filesystem::is_socket(config_.attest_socket));
  EXPECT_TRUE(std::filesystem::is_socket(config_.rpc_socket));
}

TEST_F(GatewayTest, StartsAgainAfterItsEnd) {
  for (int times = 0; times < 3; ++times) {
    auto gateway = Gateway::start(config_, log_, nullptr);
    ASSERT_TRUE(gateway.ok()) << gateway.error().message;
    EXPECT_TRUE((*gateway)->store_answers());
  }
}

TEST_F(GatewayTest, AnAccountThatDoesNotExistIsSaid) {
  config_.allow.push_back({.user = "no-such-account-here", .organisations = {"*"}});
  const auto gateway = Gateway::start(config_, log_, nullptr);
  ASSERT_FALSE(gateway.ok());
  EXPECT_EQ(gateway.error().code, "config.account_unknown");
}

}  // namespace
}  // namespace semafoor::app
