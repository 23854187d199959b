// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> texts(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.text());
  return texts;
}

std::vector<std::string> problems(const std::string& text) {
  return texts(parse_config(text, "g.toml").problems);
}

TEST(Config, AnEmptyFileIsAllDefaults) {
  const auto loaded = parse_config("", "g.toml");
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.data_dir, "/var/lib/semafoor");
  EXPECT_EQ(loaded.config.attest_socket, "/run/semafoor/attest.sock");
  EXPECT_EQ(loaded.config.socket_mode, 0660U);
  EXPECT_EQ(loaded.config.sync_interval_s, 900);
  EXPECT_TRUE(loaded.config.metrics_host.empty());
  EXPECT_EQ(loaded.in_force.at("sync").at("interval_s"), "900");
}

TEST(Config, EveryKeyIsRead) {
  const auto loaded = parse_config(R"(
[gateway]
data_dir = "/d"
run_dir = "/r"
log_level = "debug"
log_file = "/l/x.log"
[local]
rpc_socket = "/r/other.sock"
folder_mode = "0755"
socket_mode = "0600"
token_lifetime_s = 30
[[local.allow]]
user = "suite"
organisations = ["0212214917"]
[[local.allow]]
group = "admins"
organisations = ["*"]
admin = true
[upstream]
token_endpoint = "http://127.0.0.1:9/oauth"
audience = "a"
ebox_base_url = "https://ebox.example/x"
ebox_provider_id = "p"
podmi_base_url = "http://[::1]:9/podmi"
ebox_scope = "s1"
podmi_scope = "s2"
connect_timeout_ms = 100
request_timeout_ms = 200
stall_timeout_ms = 300
[sync]
interval_s = 0
signals_interval_s = 1
first_delay_s = 2
downloads = 3
hold_back = ["MESSAGE_FAMILY_CORRECTION"]
[keys]
folder = "/k"
[metrics]
listen = "127.0.0.1:9464"
)",
                                   "g.toml");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const Config& config = loaded.config;
  EXPECT_EQ(config.attest_socket, "/r/attest.sock") << "follows run_dir";
  EXPECT_EQ(config.rpc_socket, "/r/other.sock");
  EXPECT_EQ(config.folder_mode, 0755U);
  EXPECT_EQ(config.socket_mode, 0600U);
  ASSERT_EQ(config.allow.size(), 2U);
  EXPECT_EQ(config.allow[0].user, "suite");
  EXPECT_FALSE(config.allow[0].admin);
  EXPECT_THAT(config.allow[1].organisations, ElementsAre("*"));
  EXPECT_EQ(config.upstream.podmi_base_url, "http://[::1]:9/podmi");
  EXPECT_EQ(config.upstream.stall_timeout_ms, 300);
  EXPECT_THAT(config.hold_back, ElementsAre(v1::MESSAGE_FAMILY_CORRECTION));
  EXPECT_EQ(config.metrics_port, 9464);
  EXPECT_EQ(loaded.in_force.at("local.allow.2").at("group"), "\"admins\"");
}

TEST(Config, AnUnknownKeyIsNamedWithItsLineAndTheNearestKnownOne) {
  EXPECT_THAT(problems("[upstream]\n\nebox_base_ulr = \"https://x\"\n"),
              ElementsAre(AllOf(HasSubstr("g.toml:3:"), HasSubstr("ebox_base_ulr"),
                                HasSubstr("did you mean ebox_base_url?"))));
  EXPECT_THAT(problems("[upsteam]\n"),
              ElementsAre(AllOf(HasSubstr("g.toml:1:"), HasSubstr("[upstream]"))));
  EXPECT_THAT(problems("[sync]\nqqqqqqqqqqqqqqqqqqqqqqqqq = 1\n"),
              ElementsAre(HasSubstr("known are downloads, first_delay_s")));
  EXPECT_THAT(problems("[[local.allow]]\nuser = \"u\"\norganisation = []\n"),
              ElementsAre(HasSubstr("did you mean organisations?")));
}

TEST(Config, AllMistakesAreToldAtOnce) {
  EXPECT_EQ(problems("[sync]\ninterval_s = -1\ndownloads = \"8\"\n[gateway]\nlog_level = "
                     "\"loud\"\nrun_dir = \"run\"\n")
                .size(),
            4U);
}

TEST(Config, WrongValuesSayWhatIsAllowed) {
  const std::pair<const char*, const char*> kCases[] = {
      {"[sync]\ninterval_s = 86401\n", "a whole number from 0 to 86400"},
      {"[sync]\ninterval_s = 1.5\n", "a whole number"},
      {"[sync]\nhold_back = [\"X\"]\n", "MESSAGE_FAMILY_"},
      {"[gateway]\nlog_level = \"loud\"\n", "debug, error, info, warning"},
      {"[gateway]\ndata_dir = \"data\"\n", "absolute"},
      {"[gateway]\ndata_dir = 5\n", "a text in quotes"},
      {"[local]\nsocket_mode = \"888\"\n", "octal"},
      {"[local]\nallow = 1\n", "[[local.allow]]"},
      {"[[local.allow]]\norganisations = [\"*\"]\n", "name a user, a group, or both"},
      {"[[local.allow]]\nuser = \"u\"\norganisations = [\"0212214918\"]\n", "enterprise numbers"},
      {"[metrics]\nlisten = \"0.0.0.0:9464\"\n", "127.0.0.1:9464"},
      {"[metrics]\nlisten = \"127.0.0.1:0\"\n", "127.0.0.1:9464"},
      {"[data]\ncodes = \"/does/not/exist.json\"\n", "a file that exists"},
      {"gateway = 1\n", "write [gateway]"},
  };
  for (const auto& [text, said] : kCases)
    EXPECT_THAT(problems(text), ElementsAre(AllOf(HasSubstr("g.toml"), HasSubstr(said)))) << text;
}

TEST(Config, TokensDoNotTravelInClearNorPasswordsInAddresses) {
  EXPECT_THAT(problems("[upstream]\ntoken_endpoint = \"http://idp.example/token\"\n"),
              ElementsAre(HasSubstr("this machine only")));
  EXPECT_THAT(problems("[upstream]\ntoken_endpoint = \"https://u:secret@idp.example/\"\n"),
              ElementsAre(AllOf(HasSubstr("without a password"), Not(HasSubstr("secret")))));
  EXPECT_THAT(problems("[upstream]\ntoken_endpoint = \"ftp://idp.example/\"\n"),
              ElementsAre(HasSubstr("https://")));
}

TEST(Config, NotTomlNamesTheFileAndTheLine) {
  EXPECT_THAT(problems("[gateway\nx"), ElementsAre(HasSubstr("g.toml:1: not TOML")));
  EXPECT_THAT(problems("[@g\x01"), ElementsAre(HasSubstr("not TOML: a name holds a character")));
  EXPECT_THAT(texts(load_config("/does/not/exist.toml").problems),
              ElementsAre(HasSubstr("/does/not/exist.toml: the file cannot be read")));
  EXPECT_THAT(texts(load_config("/tmp").problems),
              ElementsAre(HasSubstr("the file cannot be read")));
}

TEST(Config, LettersBeyondAsciiBelongBetweenQuotationMarks) {
  EXPECT_THAT(problems("# é\n[gateway]\nα = 1"), ElementsAre(HasSubstr("g.toml:3: not TOML")));
  EXPECT_THAT(problems("[gateway]\ndata_dir = “/srv”"),
              ElementsAre(HasSubstr("g.toml:2: not TOML")));
  EXPECT_THAT(problems("[gateway]\ndata_dir = 8i \"é"),
              ElementsAre(HasSubstr("g.toml:2: not TOML")));
  EXPECT_THAT(problems("\xEF\xBB\xBF[gateway]\ndata_dir = \"/srv/é\" # é\n"), IsEmpty());
}

TEST(Config, NamingOtherAccountsOpensTheSocketsToBeAskedWhoTheyAre) {
  EXPECT_EQ(parse_config("[[local.allow]]\nuser = \"u\"\n", "g").config.socket_mode, 0666U);
  EXPECT_EQ(parse_config("[local]\nsocket_mode = \"0660\"\n[[local.allow]]\nuser = \"u\"\n", "g")
                .config.socket_mode,
            0660U);
}

TEST(Config, ASocketPathThatIsTooLongIsFoundBeforeTheStart) {
  EXPECT_THAT(problems("[gateway]\nrun_dir = \"/" + std::string(110, 'x') + "\"\n"),
              ElementsAre(HasSubstr("107 bytes"), HasSubstr("107 bytes")));
}

TEST(Config, PostgresqlNeedsAConnectionWithoutAPassword) {
  const auto good = parse_config(
      "[store]\nengine = \"postgresql\"\nconnection = \"host=db dbname=semafoor\"\n", "g.toml");
  EXPECT_THAT(good.problems, IsEmpty());
  EXPECT_EQ(good.config.store_connection, "host=db dbname=semafoor");
  EXPECT_THAT(problems("[store]\nengine = \"postgresql\"\n"),
              ElementsAre(HasSubstr("there is no connection")));
  EXPECT_THAT(problems("[store]\nconnection = \"host=db\"\n"),
              ElementsAre(HasSubstr("postgresql")));
  EXPECT_THAT(problems("[store]\nengine = \"oracle\"\n"), ElementsAre(HasSubstr("sqlite")));
}

TEST(Config, APasswordInTheConnectionIsRefusedAndNotRepeated) {
  const auto loaded = parse_config(
      "[store]\nengine = \"postgresql\"\nconnection = \"host=db password=Zwaluw\"\n", "g.toml");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_THAT(loaded.problems.front().text(), HasSubstr("password_file"));
  EXPECT_THAT(loaded.problems.front().text(), ::testing::Not(HasSubstr("Zwaluw")));
  EXPECT_THAT(loaded.in_force.at("store").at("connection"), ::testing::Not(HasSubstr("Zwaluw")));
}

}  // namespace
}  // namespace semafoor::app
