// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "gateway/os/test_folder.h"
#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/testing/scripted_server.h"
#include "gateway/upstream/testing/variable.h"
#include "gateway/vault/test_key_file.h"

namespace semafoor::upstream {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceivedRequest;
using testing::ScriptedServer;
using testing::ServerConnection;
using testing::Variable;

class ProxyTest : public ::testing::Test {
 protected:
  ProxyTest()
      : proxy_([this](const ReceivedRequest&, ServerConnection& connection) {
          connection.respond(status_, "no");
        }) {}
  ~ProxyTest() override { fs::remove_all(folder_); }

  fs::path file(const std::string& content) {
    const fs::path path = folder_ / "proxy";
    vault::write_key_file(path, content);
    return path;
  }
  static HttpExchange fetch(ProxySettings settings,
                            const std::string& url = "https://ebox.example/a") {
    HttpSettings all;
    all.connect_timeout = std::chrono::milliseconds(2'000);
    all.proxy = std::move(settings);
    return make_http_client(all)->send({.url = url,
                                        .headers = {{"Authorization", "Bearer secret-token"}},
                                        .purpose = "Reading a thing"},
                                       {}, {});
  }

  std::atomic<int> status_ = 403;
  ScriptedServer proxy_;
  const fs::path folder_ = os::make_test_folder("proxy");
};

TEST_F(ProxyTest, TheOneOfTheSettingsIsAskedForATunnelAndNeverSeesTheToken) {
  // The environment's does not count beside it, nor does its list.
  const Variable address("https_proxy", testing::closed_port_url());
  const Variable excepted("no_proxy", "ebox.example");
  const HttpExchange exchange = fetch({.address = proxy_.url()});
  ASSERT_EQ(proxy_.requests().size(), 1u);
  const ReceivedRequest asked = proxy_.requests()[0];
  EXPECT_EQ(asked.method, "CONNECT");
  EXPECT_EQ(asked.target, "ebox.example:443");
  EXPECT_EQ(asked.header("authorization"), "");
  EXPECT_EQ(asked.header("belgov-trace-id"), "");
  EXPECT_EQ(exchange.delivery, Delivery::never_sent);
  EXPECT_EQ(exchange.failure->code, "upstream.proxy");
  EXPECT_TRUE(exchange.failure->retryable);
}

TEST_F(ProxyTest, ThisMachineIsNeverReachedByWayOfAnother) {
  ScriptedServer here(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); });
  EXPECT_EQ(fetch({.address = proxy_.url()}, here.url() + "/a").status, 200);
  const Variable address("http_proxy", proxy_.url());
  const Variable none_excepted("no_proxy", "");
  EXPECT_EQ(fetch({}, here.url() + "/a").status, 200);
  EXPECT_TRUE(proxy_.requests().empty());
}

TEST_F(ProxyTest, ExceptionsGoDirectly) {
  for (const char* except : {"ebox.invalid", "invalid", ".invalid"}) {
    const HttpExchange exchange = fetch(
        {.address = proxy_.url(), .except = {"other.example", except}}, "https://ebox.invalid/a");
    EXPECT_EQ(exchange.failure->code, "upstream.unreachable") << except;
  }
  EXPECT_TRUE(proxy_.requests().empty());
}

TEST_F(ProxyTest, NoneIsNoneWhateverTheEnvironmentSays) {
  const Variable address("https_proxy", proxy_.url());
  const Variable none_excepted("no_proxy", "");
  EXPECT_EQ(fetch({.address = kNoProxy}, "https://ebox.invalid/a").failure->code,
            "upstream.unreachable");
  EXPECT_TRUE(proxy_.requests().empty());
}

TEST_F(ProxyTest, ItsCredentialsComeFromTheirFileAndAreInNoError) {
  const HttpExchange exchange =
      fetch({.address = proxy_.url(), .credentials_file = file("user:pass:word\n")});
  ASSERT_EQ(proxy_.requests().size(), 1u);
  // base64 of "user:pass:word".
  EXPECT_EQ(proxy_.requests()[0].header("proxy-authorization"), "Basic dXNlcjpwYXNzOndvcmQ=");
  EXPECT_THAT(exchange.failure->message, Not(HasSubstr("word")));
}

TEST_F(ProxyTest, OneThatWantsCredentialsSaysWhereTheyGo) {
  status_ = 407;
  const HttpExchange exchange = fetch({.address = proxy_.url()});
  EXPECT_THAT(exchange.failure->message,
              AllOf(HasSubstr("Reading a thing at https://ebox.example/a"), HasSubstr("407"),
                    HasSubstr("proxy_credentials_file"), HasSubstr("nothing was sent")));
}

TEST_F(ProxyTest, CredentialsThatCannotBeHadAreSaidAndNothingIsSent) {
  const auto refused = [&](const fs::path& path) {
    const HttpExchange exchange = fetch({.address = proxy_.url(), .credentials_file = path});
    EXPECT_EQ(exchange.delivery, Delivery::never_sent);
    EXPECT_EQ(exchange.failure->code, "upstream.proxy");
    return exchange.failure->message;
  };
  EXPECT_THAT(refused(folder_ / "absent"), HasSubstr("no such file"));
  EXPECT_THAT(refused(file("nothing")),
              AllOf(HasSubstr("user:password"), Not(HasSubstr("nothing in"))));
  const fs::path shared = file("u:p");
  vault::share_key_file(shared, 0);
  EXPECT_THAT(refused(shared), Not(HasSubstr("u:p")));
  EXPECT_TRUE(proxy_.requests().empty());
}

}  // namespace
}  // namespace semafoor::upstream
