// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <filesystem>
#include <latch>
#include <thread>

#include "plugins/kit/plugin.h"
#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::kit::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kList[] = "/semafoor.v1.Mailbox/ListMessages";
constexpr char kSsin[] = "17073003384";

class CallTest : public PluginTest {
 protected:
  CallTest() {
    v1::ListMessagesResponse response;
    response.add_messages()->set_message_id("m1");
    response.set_total_count(1);
    gateway_.answer(kList, response);
  }
};

TEST_F(CallTest, AnswersInTheEncodingOfTheInstance) {
  ASSERT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK) << problem_.message;
  EXPECT_THAT(body_, HasSubstr(R"("messageId":"m1")"));
  EXPECT_EQ(schema_, "semafoor.v1.ListMessagesResponse");
  make(R"({"organisation":"0212344876","encoding":"protobuf"})");
  ASSERT_EQ(call(kList, ""), SEMAFOOR_OK) << "the long name is the same method";
  v1::ListMessagesResponse response;
  ASSERT_TRUE(response.ParseFromString(body_));
  EXPECT_EQ(response.messages(0).message_id(), "m1");
}

TEST_F(CallTest, AGatewayOnAnotherMachineIsAskedForInThePlaceOfTheLocalOne) {
  EXPECT_NE(gateway_.opened().attestation_path, "");
  EXPECT_EQ(gateway_.opened().network_address, "");
  const std::string folder = std::filesystem::absolute("identity").generic_string();
  make(R"({"organisation":"0212344876","gateway":{"address":"gateway:7443","identity_folder":")" +
       folder + R"(","pairing_code":"ABCD-EFGH-JKMN-PQRS","authority_fingerprint":")" +
       std::string(64, 'a') + R"("}})");
  EXPECT_EQ(gateway_.opened().attestation_path, "");
  EXPECT_EQ(gateway_.opened().network_address, "gateway:7443");
  EXPECT_EQ(gateway_.opened().identity_folder, folder);
  EXPECT_EQ(gateway_.opened().pairing_code, "ABCD-EFGH-JKMN-PQRS");
  EXPECT_EQ(gateway_.opened().authority_fingerprint, std::string(64, 'a'));
}

TEST_F(CallTest, AnErrorOfTheRuntimesOwnKeepsItsCode) {
  gateway_.on(kList, [](const Seen&) {
    return Outcome{.status = SEMAFOOR_PERMISSION_DENIED,
                   .message = "somebody else answers there",
                   .code = "gateway.impersonated"};
  });
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_PERMISSION_DENIED);
  EXPECT_EQ(problem_.code, "gateway.impersonated");
  EXPECT_EQ(problem_.message, "somebody else answers there");
  EXPECT_EQ(problem_.domain, "runtime");
}

TEST_F(CallTest, TheOrganisationIsFilledInAndNoOtherIsAskedFor) {
  ASSERT_EQ(call("Mailbox/ListMessages", R"({"pageSize":3})"), SEMAFOOR_OK);
  v1::ListMessagesRequest request;
  ASSERT_TRUE(request.ParseFromString(gateway_.seen(kList).at(0).request));
  EXPECT_EQ(request.organisation().value(), kOrg);
  EXPECT_EQ(request.page_size(), 3);
  EXPECT_EQ(call("Mailbox/ListMessages", R"({"organisation":{"value":"0100100139"}})"),
            SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(problem_.code, "request.organisation");
  EXPECT_EQ(problem_.details, R"({"field":"organisation"})");
}

TEST_F(CallTest, AnUnknownMethodIsAnsweredWithThoseThereAre) {
  EXPECT_EQ(call("Mailbox/Delete", "{}"), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(problem_.code, "method.unknown");
  EXPECT_THAT(problem_.message, HasSubstr("Mailbox/ListMessages"));
  EXPECT_EQ(call("", "{}"), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(call("\xff\xfe", "{}"), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(call(std::string("X/") + kSsin, "{}"), SEMAFOOR_NOT_FOUND);
  EXPECT_THAT(problem_.message, Not(HasSubstr(kSsin)));
  EXPECT_EQ(call("Mailbox/ReadAttachment", "{}"), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(problem_.code, "method.streaming");
}

struct BadRequest {
  const char* what;
  std::string request;
  const char* code;
  const char* says;
};

TEST_F(CallTest, ARequestThatIsNotOneIsRefusedBeforeItIsSent) {
  const BadRequest requests[] = {
      {"not UTF-8", "{\"search\":\"\xff\"}", "request.not_utf8", "UTF-8"},
      {"not JSON", "{\"search\":", "request.not_json", "at byte"},
      {"two documents", "{}{}", "request.not_json", "at byte"},
      {"a comma too many", "{\"search\":\"a\",}", "request.not_json", "at byte"},
      {"only spaces", "   ", "request.not_json", "at byte"},
      {"another shape", "[]", "request.schema", "not an object"},
      {"an unknown field", R"({"sarch":"x"})", "request.schema", "no field 'sarch'"},
      {"another type", R"({"pageSize":"many"})", "request.schema", "'pageSize'"},
      {"a national number as field", std::string("{\"") + kSsin + "\":1}", "request.schema",
       "no field"},
      {"64 MiB", "{\"search\":\"" + std::string(std::size_t{64} << 20U, 'a') + "\"}",
       "request.too_large", "at most 4194304"},
  };
  for (const BadRequest& bad : requests) {
    EXPECT_EQ(call("Mailbox/ListMessages", bad.request), SEMAFOOR_INVALID_ARGUMENT) << bad.what;
    EXPECT_EQ(problem_.code, bad.code) << bad.what << ": " << problem_.message;
    EXPECT_THAT(problem_.message, HasSubstr(bad.says)) << bad.what;
    EXPECT_THAT(problem_.message, Not(HasSubstr(kSsin))) << bad.what;
    EXPECT_EQ(problem_.domain, "plugin");
  }
  EXPECT_TRUE(gateway_.seen(kList).empty());
  make(R"({"organisation":"0212344876","encoding":"protobuf"})");
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(problem_.code, "request.schema");
}

TEST_F(CallTest, NestingWithoutEndIsRefused) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(call("Mailbox/ListMessages", deep), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(call("Mailbox/ListMessages", deep + "1" + std::string(100'000, '}')),
            SEMAFOOR_INVALID_ARGUMENT);
}

TEST_F(CallTest, WhoAsksAndWhyTravelsWithTheCall) {
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  options.actor_id = span_of("jan.peeters");
  options.actor_name = span_of("Jan Peeters");
  options.purpose = span_of("leefloon");
  options.legal_context = span_of("PCSA:SOCIAL_INQUIRY");
  options.correlation_id = span_of("corr-1");
  ASSERT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_OK);
  const auto metadata = gateway_.seen(kList).at(0).metadata;
  EXPECT_EQ(metadata.at("semafoor-actor-id-bin"), "jan.peeters");
  EXPECT_EQ(metadata.at("semafoor-actor-name-bin"), "Jan Peeters");
  EXPECT_EQ(metadata.at("semafoor-purpose-bin"), "leefloon");
  EXPECT_EQ(metadata.at("semafoor-legal-context"), "PCSA:SOCIAL_INQUIRY");
  EXPECT_EQ(metadata.at("semafoor-correlation-id"), "corr-1");
  const std::string long_name(129, 'a');
  options.actor_name = span_of(long_name);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("actor_name"));
  options.actor_name = {nullptr, 3};
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  options.actor_name = span_of("\xff");
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  options.actor_name = {};
  options.correlation_id = span_of("é");
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
}

TEST_F(CallTest, PurposeAndLegalContextMayBeAsLongAsTheGatewayTakesThem) {
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  const std::string text(257, 'a');
  options.purpose = span_of(std::string_view(text).substr(0, 256));
  options.legal_context = span_of(std::string_view(text).substr(0, 64));
  ASSERT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_OK) << problem_.message;
  options.legal_context = span_of(std::string_view(text).substr(0, 65));
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("legal_context: it may have at most 64 bytes"));
  options.legal_context = span_of("café");
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("legal_context: it must be printable ASCII"));
  options.legal_context = {};
  options.purpose = span_of(text);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("purpose: it may have at most 256 bytes"));
}

TEST_F(CallTest, AnOlderHostsOptionsAreReadAsFarAsTheyGo) {
  semafoor_call_options options{};
  options.struct_size = offsetof(semafoor_call_options, actor_id);
  options.actor_id = {nullptr, 99};
  ASSERT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_OK) << problem_.message;
  EXPECT_FALSE(gateway_.seen(kList).at(0).metadata.contains("semafoor-actor-id-bin"));
  // A host of 1.0: the legal context lies behind its end.
  options = {};
  options.struct_size = offsetof(semafoor_call_options, legal_context);
  options.purpose = span_of("leefloon");
  options.legal_context = {nullptr, 99};
  ASSERT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_OK) << problem_.message;
  EXPECT_EQ(gateway_.seen(kList).at(1).metadata.at("semafoor-purpose-bin"), "leefloon");
  EXPECT_FALSE(gateway_.seen(kList).at(1).metadata.contains("semafoor-legal-context"));
}

TEST_F(CallTest, NullArgumentsAreNamed) {
  const auto& table = extension<semafoor_call_v1>(SEMAFOOR_EXT_CALL);
  const semafoor_span text = span_of("{}");
  const semafoor_reply* reply = nullptr;
  EXPECT_EQ(
      note([&](auto** error) { return table.call(nullptr, &text, &text, nullptr, &reply, error); }),
      SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("instance"));
  EXPECT_EQ(note([&](auto** error) {
              return table.call(instance_, nullptr, &text, nullptr, &reply, error);
            }),
            SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("method"));
  EXPECT_EQ(note([&](auto** error) {
              return table.call(instance_, &text, &text, nullptr, nullptr, error);
            }),
            SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_THAT(problem_.message, HasSubstr("out"));
  const semafoor_span broken{nullptr, 5};
  EXPECT_EQ(note([&](auto** error) {
              return table.call(instance_, &text, &broken, nullptr, &reply, error);
            }),
            SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table.call(instance_, &text, &broken, nullptr, &reply, nullptr),
            SEMAFOOR_INVALID_ARGUMENT)
      << "nobody wants the reason";
  EXPECT_EQ(table.cancel(nullptr, 1), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table.cancel(instance_, 1), SEMAFOOR_NOT_FOUND);
}

TEST_F(CallTest, AGatewayOfAnotherReleaseIsRefusedWithBothVersions) {
  gateway_.handshake().set_protocol_minor_lowest(kProtocolMinor + 1);
  gateway_.handshake().set_protocol_minor_highest(kProtocolMinor + 4);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_GATEWAY_TOO_NEW);
  EXPECT_THAT(problem_.message, HasSubstr("9.9.9"));
  EXPECT_THAT(problem_.message, HasSubstr(std::string(kPluginVersion)));
  EXPECT_THAT(problem_.message, HasSubstr("Update the plugins"));
  gateway_.handshake().set_protocol_minor_lowest(kProtocolMinor - 9);
  gateway_.handshake().set_protocol_minor_highest(kProtocolMinor - 2);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_GATEWAY_TOO_OLD);
  EXPECT_THAT(problem_.message, HasSubstr("Update the gateway"));
  EXPECT_TRUE(gateway_.seen(kList).empty());
  // One release apart works (design: N and N-1).
  gateway_.handshake().set_protocol_minor_highest(kProtocolMinor - 1);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
}

TEST_F(CallTest, AnAnswerToTheHandshakeThatIsNoneIsAnotherRelease) {
  gateway_.on("/semafoor.v1.Modules/Handshake",
              [](const Seen&) { return Outcome{.bytes = "\xff\xff\xff"}; });
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_GATEWAY_TOO_NEW);
}

TEST_F(CallTest, AModuleThatIsOffSaysWhoTurnsItOn) {
  gateway_.handshake().clear_enabled_modules();
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_MODULE_DISABLED);
  EXPECT_THAT(problem_.message, HasSubstr("semafoorctl modules enable 0212344876 kit"));
  gateway_.handshake().add_enabled_modules(v1::MODULE_EBOX);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
}

TEST_F(CallTest, AGatewayThatWasAwayIsGreetedAgain) {
  ASSERT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
  ASSERT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
  EXPECT_EQ(gateway_.seen("/semafoor.v1.Modules/Handshake").size(), 1U);
  gateway_.on(kList, [](const Seen&) {
    return Outcome{.status = SEMAFOOR_E_GATEWAY_ABSENT, .message = "nobody there"};
  });
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_GATEWAY_ABSENT);
  EXPECT_EQ(problem_.code, "gateway.absent");
  EXPECT_EQ(problem_.domain, "runtime");
  gateway_.answer(kList, v1::ListMessagesResponse());
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
  EXPECT_EQ(gateway_.seen("/semafoor.v1.Modules/Handshake").size(), 2U);
}

TEST_F(CallTest, TheGatewaysReasonArrivesWhole) {
  Outcome refused{.status = SEMAFOOR_FAILED_PRECONDITION, .message = "Tried; no; do this."};
  refused.detail.set_status(SEMAFOOR_E_CONFLICT);
  refused.detail.set_code("feedback.conflict");
  refused.detail.set_field("items[0].code");
  refused.detail.set_retryable(true);
  refused.detail.set_retry_after_ms(1500);
  refused.detail.set_domain("upstream");
  (*refused.detail.mutable_facts())["until"] = "2026-12-01";
  refused.detail.mutable_text()->set_nl("Nee.");
  refused.detail.mutable_text()->set_fr("Non.");
  gateway_.on(kList, [&](const Seen&) { return refused; });
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_CONFLICT);
  EXPECT_EQ(problem_.code, "feedback.conflict");
  EXPECT_EQ(problem_.message, "Tried; no; do this.");
  EXPECT_EQ(problem_.domain, "upstream");
  EXPECT_TRUE(problem_.retryable);
  EXPECT_EQ(problem_.retry_after_ms, 1500);
  EXPECT_EQ(problem_.details,
            R"({"field":"items[0].code","text":{"fr":"Non.","nl":"Nee."},"until":"2026-12-01"})");
}

TEST_F(CallTest, AnAnswerThatCannotBeReadIsAnError) {
  gateway_.on(kList, [](const Seen&) { return Outcome{.bytes = "\xff\xff\xff"}; });
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_INTERNAL);
  EXPECT_EQ(problem_.code, "reply.unreadable");
}

TEST_F(CallTest, OutOfOrderIsSaid) {
  semafoor_instance* const started = instance_;
  ASSERT_EQ(create(R"({"organisation":"0212344876"})"), SEMAFOOR_OK);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_FAILED_PRECONDITION);
  EXPECT_EQ(problem_.code, "instance.not_started");
  entry_->instance->destroy(instance_);
  instance_ = started;
  EXPECT_EQ(note([&](auto** error) { return entry_->instance->start(instance_, error); }),
            SEMAFOOR_FAILED_PRECONDITION);
  EXPECT_EQ(problem_.code, "instance.started");
  ASSERT_EQ(entry_->instance->stop(instance_, 100, nullptr), SEMAFOOR_OK);
  EXPECT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_E_STOPPED);
}

TEST_F(CallTest, DestroyWithoutAGoodStopKeepsTheInstanceAndSaysSo) {
  gateway_.stop_answers(SEMAFOOR_DEADLINE_EXCEEDED);
  ASSERT_EQ(call("Mailbox/ListMessages", "{}"), SEMAFOOR_OK);
  entry_->instance->destroy(instance_);
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_THAT(log_[0], HasSubstr("H-4"));
  EXPECT_EQ(note([&](auto** error) { return entry_->instance->stop(instance_, 1, error); }),
            SEMAFOOR_DEADLINE_EXCEEDED);
  EXPECT_EQ(problem_.code, "instance.stopping");
  EXPECT_TRUE(problem_.retryable);
  // A stop that did not succeed is none.
  entry_->instance->destroy(instance_);
  EXPECT_EQ(log_.size(), 2U);
}

TEST_F(CallTest, ACallWaitsForAnothersGreetingNoLongerThanItsDeadlineAndStopWaitsForBoth) {
  std::latch inside(1);
  std::latch go_on(1);
  gateway_.on("/semafoor.v1.Modules/Handshake", [&](const Seen&) {
    inside.count_down();
    go_on.wait();
    return Outcome{.status = SEMAFOOR_E_STOPPED, .message = "stopped"};
  });
  std::thread first([this] {
    const semafoor_span method = span_of("Mailbox/ListMessages");
    const semafoor_span request = span_of("{}");
    const semafoor_reply* reply = nullptr;
    EXPECT_EQ(extension<semafoor_call_v1>(SEMAFOOR_EXT_CALL)
                  .call(instance_, &method, &request, nullptr, &reply, nullptr),
              SEMAFOOR_E_STOPPED);
  });
  inside.wait();
  semafoor_call_options options{};
  options.struct_size = sizeof options;
  options.deadline_ms = 1;
  EXPECT_EQ(call("Mailbox/ListMessages", "{}", &options), SEMAFOOR_DEADLINE_EXCEEDED);
  EXPECT_EQ(problem_.code, "call.deadline");
  // The runtime says that all have left, and one is still inside the plugin.
  EXPECT_EQ(note([&](auto** error) { return entry_->instance->stop(instance_, 1, error); }),
            SEMAFOOR_DEADLINE_EXCEEDED);
  go_on.count_down();
  EXPECT_EQ(entry_->instance->stop(instance_, 10'000, nullptr), SEMAFOOR_OK);
  first.join();
}

TEST_F(CallTest, OnlyItsOwnIdAndAReadableHostMakeAnInstance) {
  semafoor_instance* const kept = instance_;
  EXPECT_EQ(create(R"({"organisation":"0212344876"})", "ebox"), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(problem_.code, "plugin.unknown");
  EXPECT_EQ(instance_, nullptr);
  host_.struct_size = 4;
  EXPECT_EQ(create(R"({"organisation":"0212344876"})"), SEMAFOOR_E_ABI);
  // A host that offers nothing: every member may be null, or not be there at all.
  host_ = {};
  host_.struct_size = offsetof(semafoor_host, get_extension);
  EXPECT_EQ(create(R"({"organisation":"0212344876"})"), SEMAFOOR_OK) << problem_.message;
  entry_->instance->destroy(instance_);
  instance_ = kept;
}

TEST_F(CallTest, TheLibrarySaysWhatItHolds) {
  semafoor_plugin_info info{};
  info.struct_size = sizeof info;
  ASSERT_EQ(entry_->get_info(0, &info), SEMAFOOR_OK);
  EXPECT_EQ(view_of(info.id), "kit");
  EXPECT_EQ(entry_->get_info(1, &info), SEMAFOOR_NOT_FOUND);
  EXPECT_EQ(entry_->get_info(0, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  info.struct_size = 3;
  EXPECT_NE(entry_->get_info(0, &info), SEMAFOOR_OK);
  // A host of an older minor: nothing is written behind its end.
  info = {};
  info.struct_size = offsetof(semafoor_plugin_info, config_schema);
  ASSERT_EQ(entry_->get_info(0, &info), SEMAFOOR_OK);
  EXPECT_EQ(info.config_schema.data, nullptr);
}

}  // namespace
}  // namespace semafoor::kit::testing
