// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "plugins/kit/process.h"

namespace semafoor::kit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<ConfigKey, 1> kOwn{
    ConfigKey{.name = "pages", .kind = KeyKind::number, .lowest = 1, .highest = 9}};

Result<Config> read(std::string_view json) {
  return parse_config(json, "kit", kOwn);
}

TEST(Config, OneKeyIsEnough) {
  auto config = read(R"({"organisation":"0212344876"})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->organisation, "0212344876");
  EXPECT_EQ(config->attestation_socket, attestation_place().standard);
  EXPECT_TRUE(names_attestation_place(config->attestation_socket));
  EXPECT_EQ(config->encoding, Encoding::json);
  EXPECT_EQ(config->deadline_ms, 30'000U);
  EXPECT_THAT(config->consumer, HasSubstr("/kit"));
}

TEST(Config, EveryKeyIsTaken) {
  const std::string place = std::string(attestation_place().standard) + "2";
  nlohmann::json document = nlohmann::json::parse(
      R"({"organisation":"0212344876","encoding":"protobuf","deadline_ms":1000,
    "consumer":"c","host_name":"Suite","language":"nl","pages":3,"gateway":{"owner_uid":7}})");
  document["gateway"]["attestation_socket"] = place;
  auto config = read(document.dump());
  ASSERT_TRUE(config) << config.failure().message;
  EXPECT_EQ(config->encoding, Encoding::protobuf);
  EXPECT_EQ(config->owner_uid, 7U);
  EXPECT_EQ(config->attestation_socket, place);
  EXPECT_EQ(config->own_numbers.at("pages"), 3);
}

TEST(Config, AGatewayOnAnotherMachineIsNamedWithAFolderForTheIdentity) {
  const std::string folder = std::filesystem::absolute("identity").string();
  nlohmann::json document = {
      {"organisation", "0212344876"},
      {"gateway", {{"address", "gateway.example.org:7443"}, {"identity_folder", folder}}}};
  auto paired = read(document.dump());
  ASSERT_TRUE(paired) << paired.failure().message;
  EXPECT_EQ(paired->network_address, "gateway.example.org:7443");
  EXPECT_EQ(paired->identity_folder, folder);
  EXPECT_EQ(paired->pairing_code, "");
  document["gateway"]["address"] = "[2001:db8::7]:7443";
  document["gateway"]["pairing_code"] = "ABCD-EFGH-JKMN-PQRS";
  document["gateway"]["authority_fingerprint"] = std::string(64, 'a');
  auto first = read(document.dump());
  ASSERT_TRUE(first) << first.failure().message;
  EXPECT_EQ(first->pairing_code, "ABCD-EFGH-JKMN-PQRS");
  EXPECT_EQ(first->authority_fingerprint, std::string(64, 'a'));
}

TEST(Config, WhatDoesNotGoTogetherIsNamed) {
  const nlohmann::json all = {{"address", "gateway:7443"},
                              {"identity_folder", std::filesystem::absolute("identity").string()},
                              {"pairing_code", "ABCD-EFGH-JKMN-PQRS"},
                              {"authority_fingerprint", std::string(64, 'a')}};
  const struct {
    nlohmann::json change;
    const char* code;
    const char* says;
  } cases[] = {
      {{{"address", nullptr}}, "config.contradiction", "'gateway.identity_folder'"},
      {{{"attestation_socket", std::string(attestation_place().standard)}},
       "config.contradiction",
       "'gateway.attestation_socket'"},
      {{{"owner_uid", 7}}, "config.contradiction", "'gateway.owner_uid'"},
      {{{"address", "gateway"}}, "config.wrong_value", "host and port"},
      {{{"address", "gateway:0"}}, "config.wrong_value", "host and port"},
      {{{"address", "gateway:70000"}}, "config.wrong_value", "host and port"},
      {{{"address", "unix:/run/x:1"}}, "config.wrong_value", "host and port"},
      {{{"identity_folder", nullptr}}, "config.missing_key", "'gateway.identity_folder'"},
      {{{"identity_folder", "identity"}}, "config.wrong_value", "absolute"},
      {{{"authority_fingerprint", nullptr}},
       "config.missing_key",
       "'gateway.authority_fingerprint'"},
      {{{"authority_fingerprint", std::string(64, 'x')}}, "config.wrong_value", "hexadecimal"},
      {{{"authority_fingerprint", "aa"}}, "config.wrong_value", "64 bytes"},
  };
  for (const auto& one : cases) {
    nlohmann::json gateway = all;
    gateway.merge_patch(one.change);
    auto config = read(nlohmann::json{{"organisation", "0212344876"}, {"gateway", gateway}}.dump());
    ASSERT_FALSE(config) << one.change;
    EXPECT_EQ(config.failure().code, one.code) << one.change;
    EXPECT_THAT(config.failure().message, HasSubstr(one.says)) << one.change;
    EXPECT_THAT(config.failure().message, Not(HasSubstr("ABCD"))) << "a code is a secret";
  }
}

struct Bad {
  const char* json;
  const char* code;
  const char* says;
};

TEST(Config, WhatIsWrongIsNamed) {
  const Bad all[] = {
      {"", "config.not_json", "JSON object"},
      {"[]", "config.not_json", "JSON object"},
      {"{\"organisation\":\"\xff\"}", "config.not_utf8", "UTF-8"},
      {"{}", "config.missing_key", "'organisation'"},
      {R"({"organisation":"0212344877"})", "config.wrong_value", "check"},
      {R"({"organisation":212344876})", "config.wrong_value", "'organisation'"},
      {R"({"organisation":"0212344876","consumr":"x"})", "config.unknown_key",
       "'consumer' was meant"},
      {R"({"organisation":"0212344876","gateway":{"socket":"/x"}})", "config.unknown_key",
       "'gateway.socket'"},
      {R"({"organisation":"0212344876","gateway":{"attestation_socket":"x"}})",
       "config.wrong_value", attestation_place().expected.data()},
      {R"({"organisation":"0212344876","gateway":3})", "config.wrong_value", "an object"},
      {R"({"organisation":"0212344876","encoding":"xml"})", "config.wrong_value", "json, protobuf"},
      {R"({"organisation":"0212344876","deadline_ms":18446744073709551615})", "config.wrong_value",
       "'deadline_ms'"},
      {R"({"organisation":"0212344876","pages":10})", "config.wrong_value", "from 1 to 9"},
      {R"({"organisation":"0212344876","pages":1.5})", "config.wrong_value", "whole number"},
      {R"({"organisation":"0212344876","consumer":"a\nb"})", "config.wrong_value", "control"},
  };
  for (const Bad& bad : all) {
    auto config = read(bad.json);
    ASSERT_FALSE(config) << bad.json;
    EXPECT_EQ(config.failure().status, SEMAFOOR_E_CONFIG);
    EXPECT_EQ(config.failure().code, bad.code) << bad.json;
    EXPECT_THAT(config.failure().message, HasSubstr(bad.says)) << bad.json;
  }
  EXPECT_EQ(read(std::string(65'537, ' ')).failure().code, "config.too_large");
}

TEST(Config, AMessageNamesNoNationalNumber) {
  auto config = read(R"({"organisation":"0212344876","17073003384":1})");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.failure().message, Not(HasSubstr("17073003384")));
}

TEST(Config, TheSchemaSaysTheSame) {
  const auto schema = nlohmann::json::parse(config_schema("kit", kOwn));
  EXPECT_EQ(schema["required"], nlohmann::json::array({"organisation"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["properties"]["pages"]["maximum"], 9);
  EXPECT_EQ(schema["properties"]["gateway"]["additionalProperties"], false);
}

}  // namespace
}  // namespace semafoor::kit
