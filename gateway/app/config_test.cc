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
modules = ["ebox"]
program = "/opt/suite"
[[local.allow]]
group = "admins"
organisations = ["*"]
admin = true
[upstream]
token_endpoint = "http://127.0.0.1:9/oauth"
audience = "a"
ebox_base_url = "https://ebox.example/x"
ebox_provider_id = "p"
registry_url = "https://ebox.example/federation/v1"
registry_scope = "s0"
dialect3 = true
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
[read_policy]
default = "on_opening"
on_arrival = ["MESSAGE_FAMILY_OVERLAPPING"]
never = ["MESSAGE_FAMILY_OTHER"]
[retention]
keep_days = 3650
families = ["MESSAGE_FAMILY_OTHER=365", "MESSAGE_FAMILY_OVERLAPPING=0"]
night = "23:30-01:00"
[expiry]
interval_s = 7
archive_days = 30
[intake]
folder = "/i"
interval_s = 9
max_file_mib = 5
[keys]
folder = "/k"
plaintext = true
[[keys.token]]
name = "hsm"
module = "/usr/lib/hsm.so"
label = "ocmw"
deadline_ms = 2000
keys = ["ocmw", "other=Key 1", "third=id:0a0b"]
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
  EXPECT_EQ(config.allow[0].role, "");
  EXPECT_THAT(config.allow[0].modules, ElementsAre("ebox"));
  EXPECT_EQ(config.allow[0].program, "/opt/suite");
  EXPECT_EQ(config.network_listen, "");
  EXPECT_EQ(config.certificate_life_s, 7'776'000);
  EXPECT_EQ(config.allow[1].role, "operator");
  EXPECT_THAT(config.allow[1].organisations, ElementsAre("*"));
  EXPECT_EQ(config.upstream.registry_url, "https://ebox.example/federation/v1");
  EXPECT_EQ(config.upstream.registry_scope, "s0");
  EXPECT_TRUE(config.upstream.dialect3);
  EXPECT_TRUE(config.plaintext_keys);
  ASSERT_EQ(config.tokens.size(), 1U);
  EXPECT_EQ(config.tokens[0].deadline, std::chrono::seconds(2));
  EXPECT_EQ(config.tokens[0].keys.at("ocmw").label, "ocmw");
  EXPECT_EQ(config.tokens[0].keys.at("other").label, "Key 1");
  EXPECT_EQ(config.tokens[0].keys.at("third").id, "\x0a\x0b");
  EXPECT_FALSE(Config().plaintext_keys) << "only for who asks for it by name";
  EXPECT_EQ(config.upstream.podmi_base_url, "http://[::1]:9/podmi");
  EXPECT_EQ(config.upstream.stall_timeout_ms, 300);
  EXPECT_EQ(config.read.of(v1::MESSAGE_FAMILY_CORRECTION), v1::READ_POLICY_NEVER);
  EXPECT_EQ(config.read.of(v1::MESSAGE_FAMILY_OTHER), v1::READ_POLICY_NEVER);
  EXPECT_EQ(config.read.of(v1::MESSAGE_FAMILY_OVERLAPPING), v1::READ_POLICY_ON_ARRIVAL);
  EXPECT_EQ(config.read.of(v1::MESSAGE_FAMILY_STATUS_CHANGE), v1::READ_POLICY_ON_OPENING);
  EXPECT_EQ(config.retention.of(v1::MESSAGE_FAMILY_CORRECTION), 3650);
  EXPECT_EQ(config.retention.of(v1::MESSAGE_FAMILY_OTHER), 365);
  EXPECT_EQ(config.retention.of(v1::MESSAGE_FAMILY_OVERLAPPING), 0) << "for ever";
  EXPECT_EQ(config.retention_night, (duties::Night{23 * 60 + 30, 60}));
  EXPECT_EQ(config.expiry_interval_s, 7);
  EXPECT_EQ(config.archive_days, 30);
  EXPECT_EQ(config.intake_folder, "/i");
  EXPECT_EQ(config.intake_interval_s, 9);
  EXPECT_EQ(config.max_file_mib, 5);
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

TEST(Config, OtherMailIsReadOnOpeningUnlessTheSettingsSayOtherwise) {
  const auto read = [](const std::string& text) {
    return parse_config(text, "g.toml").config.read;
  };
  EXPECT_EQ(read("").of(v1::MESSAGE_FAMILY_OTHER), v1::READ_POLICY_ON_OPENING);
  EXPECT_EQ(read("").of(v1::MESSAGE_FAMILY_CORRECTION), v1::READ_POLICY_ON_ARRIVAL);
  EXPECT_EQ(read("[read_policy]\non_opening = []\n").of(v1::MESSAGE_FAMILY_OTHER),
            v1::READ_POLICY_ON_ARRIVAL);
  EXPECT_EQ(
      read("[read_policy]\non_arrival = [\"MESSAGE_FAMILY_OTHER\"]\n").of(v1::MESSAGE_FAMILY_OTHER),
      v1::READ_POLICY_ON_ARRIVAL);
}

TEST(Config, NothingIsRemovedUnlessTheSettingsSaySo) {
  const auto config = parse_config("", "g.toml").config;
  for (int family = v1::MessageFamily_MIN; family <= v1::MessageFamily_MAX; ++family)
    EXPECT_EQ(config.retention.of(static_cast<v1::MessageFamily>(family)), 0);
  EXPECT_TRUE(config.retention_night);
  const auto often = parse_config("[retention]\ninterval_s = 60\n", "g.toml").config;
  EXPECT_FALSE(often.retention_night);
  EXPECT_EQ(often.retention_interval_s, 60);
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
      {"[read_policy]\ndefault = \"later\"\n", "never, on_arrival, on_opening"},
      {"[read_policy]\nnever = [\"MESSAGE_FAMILY_X\"]\n", "MESSAGE_FAMILY_"},
      {"[sync]\nhold_back = [\"MESSAGE_FAMILY_OTHER\"]\n[read_policy]\non_arrival = "
       "[\"MESSAGE_FAMILY_OTHER\"]\n",
       "another read policy"},
      {"[retention]\nkeep_days = 29\n", "30 to 36500"},
      {"[retention]\nkeep_days = -1\n", "0 to 36500"},
      {"[retention]\nfamilies = [\"MESSAGE_FAMILY_OTHER=29\"]\n", "30 to 36500"},
      {"[retention]\nfamilies = [\"MESSAGE_FAMILY_OTHER\"]\n", "MESSAGE_FAMILY_OTHER=365"},
      {"[retention]\nfamilies = [\"MESSAGE_FAMILY_X=365\"]\n", "MESSAGE_FAMILY_OTHER=365"},
      {"[retention]\nfamilies = [\"MESSAGE_FAMILY_OTHER=365\", \"MESSAGE_FAMILY_OTHER=30\"]\n",
       "name it once"},
      {"[retention]\nnight = \"late\"\n", "01:00-05:00"},
      {"[retention]\nnight = \"01:00-05:00\"\ninterval_s = 60\n", "one of them"},
      {"[intake]\nfolder = \"in\"\n", "absolute"},
      {"[gateway]\nlog_level = \"loud\"\n", "debug, error, info, warning"},
      {"[gateway]\ndata_dir = \"data\"\n", "absolute"},
      {"[gateway]\ndata_dir = 5\n", "a text in quotes"},
      {"[local]\nsocket_mode = \"888\"\n", "octal"},
      {"[local]\nallow = 1\n", "[[local.allow]]"},
      {"[[local.allow]]\norganisations = [\"*\"]\n", "name a user, a group, or both"},
      {"[[local.allow]]\nuser = \"u\"\norganisations = [\"0212214918\"]\n", "enterprise numbers"},
      {"[[local.allow]]\nuser = \"u\"\nmodules = [\"mail\"]\n", "knipperlicht"},
      {"[[local.allow]]\nuser = \"u\"\nrole = \"king\"\n", "security-officer"},
      {"[[local.allow]]\nuser = \"u\"\nprogram = \"suite\"\n", "absolute"},
      {"[[local.allow]]\nuser = \"u\"\nsha256 = \"ABC\"\n", "sha256sum"},
      {"[network]\nlisten = \"7443\"\n", "0.0.0.0:7443"},
      {"[network]\nlisten = \"0.0.0.0:70000\"\n", "0.0.0.0:7443"},
      {"[network]\ncertificate_life_s = 7776001\n", "7776000"},
      {"[metrics]\nlisten = \"0.0.0.0:9464\"\n", "127.0.0.1:9464"},
      {"[metrics]\nlisten = \"127.0.0.1:0\"\n", "127.0.0.1:9464"},
      {"[data]\ncodes = \"/does/not/exist.json\"\n", "a file that exists"},
      {"[data]\nbudget_articles = \"/does/not/exist.json\"\n", "a file that exists"},
      {"[data]\nlayouts = \"/does/not/exist\"\n", "a folder that exists"},
      {"gateway = 1\n", "write [gateway]"},
  };
  for (const auto& [text, said] : kCases)
    EXPECT_THAT(problems(text), ElementsAre(AllOf(HasSubstr("g.toml"), HasSubstr(said)))) << text;
}

TEST(Config, TheSealingKeyComesFromAPlaceThatThereIs) {
  EXPECT_THAT(problems("[seal]\nsource = \"credential\"\ncredential = \"other\"\n"), IsEmpty());
  EXPECT_EQ(problems("[seal]\nsource = \"magic\"\n").size(), 1U);
  EXPECT_EQ(problems("[seal]\nsource = \"none\"\nkey_file = \"/k\"\n").size(), 1U);
}

TEST(Config, AKeyOutsideHasALibraryOrAProviderOfWindows) {
  constexpr char kToken[] = "[[keys.token]]\nname = \"hsm\"\n";
  EXPECT_THAT(problems(kToken + std::string("module = \"/lib.so\"\nlabel = \"l\"\n")), IsEmpty());
  EXPECT_THAT(problems(kToken), ElementsAre(HasSubstr("not both")));
  EXPECT_THAT(problems(kToken + std::string("module = \"/lib.so\"\n")),
              ElementsAre(HasSubstr("the label of the token")));
  EXPECT_EQ(problems(kToken + std::string("provider = \"p\"\n")).empty(),
            vault::tokens::knows_providers());
  const auto read = parse_config(
      kToken + std::string("module = \"/lib.so\"\nlabel = \"l\"\nkeys = [\"a=id:0A 0b:0C\"]\n"),
      "g.toml");
  EXPECT_EQ(read.config.tokens.at(0).keys.at("a").id, "\x0a\x0b\x0c");
  EXPECT_THAT(
      problems(kToken + std::string("module = \"/lib.so\"\nlabel = \"l\"\nkeys = [\"a=id:0\"]\n")),
      ElementsAre(HasSubstr("NAME=LABEL")));
}

TEST(Config, TheProviderOfTheSettingsHasANameAndAnotherDialectIsAskedFor) {
  EXPECT_FALSE(parse_config("", "g.toml").config.upstream.dialect3);
  EXPECT_THAT(problems("[upstream]\nebox_provider_id = \"\"\n"),
              ElementsAre(HasSubstr("a name that stays for ever")));
}

TEST(Config, TokensDoNotTravelInClearNorPasswordsInAddresses) {
  EXPECT_THAT(problems("[upstream]\nregistry_url = \"http://registry.example/v1\"\n"),
              ElementsAre(HasSubstr("this machine only")));
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

TEST(Config, AnAuthorityForTimestampsNeedsWhomItIsTrustedBy) {
  EXPECT_THAT(problems("[audit]\ntimestamp_url = \"http://tsa.example/\""),
              ElementsAre(HasSubstr("[audit] timestamp_ca")));
  EXPECT_THAT(problems("[audit]\ntimestamp_url = \"tsa.example\"\ntimestamp_ca = \"/dev/null\""),
              ElementsAre(HasSubstr("http://")));
}

TEST(Config, SignalsMayComeOnceANight) {
  const auto loaded = parse_config("[sync]\nsignals_night = \"02:00-05:00\"\n", "g.toml");
  ASSERT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.config.signals_night, (duties::Night{120, 300}));
  EXPECT_EQ(loaded.config.judgement_days, 30);
  EXPECT_THAT(problems("[sync]\nsignals_night = \"at night\"\n"),
              ElementsAre(HasSubstr("02:00-05:00")));
  EXPECT_THAT(problems("[sync]\nsignals_night = \"02:00-05:00\"\nsignals_interval_s = 5\n"),
              ElementsAre(HasSubstr("give one of them")));
}

}  // namespace
}  // namespace semafoor::app
