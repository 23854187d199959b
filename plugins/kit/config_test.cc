// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
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
