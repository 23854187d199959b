// SPDX-License-Identifier: Apache-2.0
//
// Every operation of dialect 2.1 that reads or changes, under every answer that a provider may
// give. A reply has rules of its own: `reply_test.cc`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/upstream/testing/fixture.h"

namespace semafoor::upstream {
namespace {

using ::testing::HasSubstr;
using testing::PretendUpstream;
using testing::ReceivedRequest;
using testing::ServerConnection;

template <typename T>
std::optional<Error> error_of(Result<T> result) {
  if (result) return std::nullopt;
  return std::move(result).error();
}

enum class Absent { error, empty };

struct Operation {
  const char* name;
  std::function<std::optional<Error>(EboxClient&)> call;
  const char* method;
  const char* target;
  std::string good;
  // What the API's own 404 means.
  Absent absent = Absent::error;
  // The provider need not have it.
  bool optional = false;
  // The body of a success says nothing, or anything.
  bool any_body = false;
};

constexpr char kMessage[] = R"({"messageId":"M-1","receiptDate":"2026-10-05T08:30:00+02:00")";
constexpr char kAttachment[] = R"({"attachmentId":"A-1","fileName":"a.pdf","mainContent":true)";
constexpr char kPayment[] = R"({"paymentDataId":"P","amount":12.50,"iban":"BE68539007547034")";
constexpr char kType[] = R"({"messageTypeId":"T","messageTypeName":{"nl":"naam"})";
constexpr char kApplication[] = R"({"applicationId":"P","applicationName":{"nl":"naam"})";
constexpr char kOrganisationJson[] =
    R"({"organizationId":"0308357159","organizationShortName":{"nl":"naam"})";

// Each element gets a member that no contract knows.
std::string with_unknown(const std::string& element) {
  return element + R"(,"X-new":{"deep":[1,null]}})";
}
std::string page_of(const std::string& element) {
  return R"({"items":[)" + with_unknown(element) + R"(],"totalItems":1,"X-new":null})";
}

std::vector<Operation> operations() {
  const auto all_types = [](EboxClient& ebox) { return error_of(ebox.message_types({})); };
  const auto all_applications = [](EboxClient& ebox) {
    return error_of(ebox.sender_applications({}));
  };
  const auto all_organisations = [](EboxClient& ebox) {
    return error_of(ebox.sender_organisations({}));
  };
  return {
      {"summary", [](EboxClient& ebox) { return error_of(ebox.summary({})); }, "GET", "/ebox",
       with_unknown(R"({"numberOfMessages":3)"), Absent::empty},
      {"list", [](EboxClient& ebox) { return error_of(ebox.list({}, {})); }, "GET",
       "/ebox/messages?page=1&pageSize=25", page_of(kMessage), Absent::empty},
      {"get", [](EboxClient& ebox) { return error_of(ebox.get("M-1", {})); }, "GET",
       "/ebox/messages/M-1", with_unknown(kMessage)},
      {"attachments", [](EboxClient& ebox) { return error_of(ebox.attachments("M-1", {})); }, "GET",
       "/ebox/messages/M-1/attachments", page_of(kAttachment)},
      {"attachment", [](EboxClient& ebox) { return error_of(ebox.attachment("M-1", "A-1", {})); },
       "GET", "/ebox/messages/M-1/attachments/A-1", with_unknown(kAttachment)},
      {"body", [](EboxClient& ebox) { return error_of(ebox.body("M-1", {})); }, "GET",
       "/ebox/messages/M-1/body", with_unknown(R"({"nl":"tekst")"), Absent::empty, true},
      {"payment", [](EboxClient& ebox) { return error_of(ebox.payment("M-1", {})); }, "GET",
       "/ebox/messages/M-1/paymentData", with_unknown(kPayment), Absent::empty, true},
      {"message types", all_types, "GET", "/referenceData/messageTypes?page=1&pageSize=100",
       page_of(kType), Absent::empty},
      {"sender applications", all_applications, "GET",
       "/referenceData/senderApplications?page=1&pageSize=100", page_of(kApplication),
       Absent::empty},
      {"sender organisations", all_organisations, "GET",
       "/referenceData/senderOrganizations?page=1&pageSize=100", page_of(kOrganisationJson),
       Absent::empty},
      {"message type", [](EboxClient& ebox) { return error_of(ebox.message_type("T", {})); }, "GET",
       "/referenceData/messageTypes/T", with_unknown(kType)},
      {"sender application",
       [](EboxClient& ebox) { return error_of(ebox.sender_application("P", {})); }, "GET",
       "/referenceData/senderApplications/P", with_unknown(kApplication)},
      {"sender organisation",
       [](EboxClient& ebox) { return error_of(ebox.sender_organisation("0308357159", {})); }, "GET",
       "/referenceData/senderOrganizations/0308357159", with_unknown(kOrganisationJson)},
      {"image",
       [](EboxClient& ebox) {
         return error_of(ebox.image(ImageOwner::sender_application, "P", "L", {}));
       },
       "GET", "/referenceData/senderApplications/P/images/L/content", "bytes", Absent::error, true,
       true},
      {"visibility",
       [](EboxClient& ebox) {
         return error_of(ebox.set_visible(std::array{VisibilityChange{"M-1", false}}, {}));
       },
       "PATCH", "/ebox/messages", "", Absent::error, true, true},
  };
}

class EboxOperation : public ::testing::TestWithParam<Operation> {
 protected:
  static testing::ScriptedServer::Handler always(int status, std::string body,
                                                 std::string headers = {}) {
    return [=](const ReceivedRequest&, ServerConnection& connection) {
      connection.json(status, body, headers);
    };
  }
  std::optional<Error> call(PretendUpstream& upstream) const {
    return GetParam().call(*upstream.ebox());
  }
};

class EboxOptionalOperation : public EboxOperation {};
class EboxOperationWithSchema : public EboxOperation {};

constexpr char kNotThere[] =
    R"({"code":"NOT_FOUND","id":"550e8400-e29b-41d4-a716-446655440000","message":"none"})";

TEST_P(EboxOperation, GoesWhereTheContractSaysAndBearsUnknownMembers) {
  PretendUpstream upstream(always(200, GetParam().good));
  const auto error = call(upstream);
  EXPECT_FALSE(error.has_value()) << error->message;
  const ReceivedRequest request = upstream.api_requests().at(0);
  EXPECT_EQ(request.method, GetParam().method);
  EXPECT_EQ(request.target, std::string("/registry/v2") + GetParam().target);
  EXPECT_EQ(request.header("authorization"), "Bearer token-1");
}

TEST_P(EboxOperation, TheApisOwnNotFound) {
  PretendUpstream upstream(always(404, kNotThere));
  const auto error = call(upstream);
  EXPECT_EQ(error.has_value(), GetParam().absent == Absent::error);
  if (error) {
    EXPECT_EQ(error->code, "upstream.not_found");
  }
}

TEST_P(EboxOperation, ANotFoundOfAServerOnTheWayIsNeverEmptiness) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.respond(404, "<html>nginx</html>", "Content-Type: text/html\r\n");
  });
  const auto error = call(upstream);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "upstream.not_found");
}

TEST_P(EboxOperation, EveryOtherStatus) {
  for (const auto& [status, code] :
       {std::pair(400, "upstream.refused"), std::pair(401, "upstream.unauthenticated"),
        std::pair(403, "upstream.forbidden"), std::pair(429, "upstream.rate_limited"),
        std::pair(500, "upstream.unavailable"), std::pair(503, "upstream.unavailable"),
        std::pair(302, "upstream.redirect"), std::pair(304, "upstream.redirect")}) {
    PretendUpstream upstream(always(status, R"({"type":"urn:problem-type:belgif:x","status":0})"));
    const auto error = call(upstream);
    ASSERT_TRUE(error.has_value()) << status;
    EXPECT_EQ(error->code, code) << status;
    EXPECT_EQ(error->upstream_status, status);
  }
}

TEST_P(EboxOptionalOperation, WhatTheProviderDoesNotHaveIsSaid) {
  for (const auto& [status, body] :
       {std::pair(400, R"({"code":"NOT_IMPLEMENTED","id":"1","message":"m"})"),
        std::pair(501, R"({"code":"X","id":"1","message":"m"})"),
        std::pair(405, R"({"type":"about:blank","status":405,"title":"t"})")}) {
    PretendUpstream upstream(always(status, body));
    const auto error = call(upstream);
    ASSERT_TRUE(error.has_value()) << status;
    EXPECT_EQ(error->code, "upstream.not_supported") << status;
    EXPECT_FALSE(error->retryable);
  }
}

TEST_P(EboxOperation, HalfAnAnswerIsTruncated) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
    connection.close();
  });
  const auto error = call(upstream);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "upstream.truncated");
  EXPECT_TRUE(error->retryable);
}

TEST_P(EboxOperationWithSchema, AnythingElseThanTheSchemaIsMalformed) {
  for (const char* body : {"", "<html>GEHEIM</html>", "[]", "null", "7", R"({"items":[)",
                           R"({"items":{},"totalItems":3})", "{\"nl\":\"\xff\"}"}) {
    PretendUpstream upstream(always(200, body));
    const auto error = call(upstream);
    ASSERT_TRUE(error.has_value()) << body;
    EXPECT_EQ(error->code, "upstream.malformed") << body;
    EXPECT_THAT(error->message, ::testing::Not(HasSubstr("GEHEIM")));
  }
}

TEST_P(EboxOperation, MoreThanItHoldsIsRefused) {
  const std::string huge(17 * 1024 * 1024, ' ');
  PretendUpstream upstream(always(200, huge));
  const auto error = call(upstream);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, "upstream.too_large");
}

std::vector<Operation> those(const std::function<bool(const Operation&)>& wanted) {
  std::vector<Operation> all = operations();
  std::erase_if(all, [&](const Operation& one) { return !wanted(one); });
  return all;
}
std::string name_of(const ::testing::TestParamInfo<Operation>& one) {
  std::string name = one.param.name;
  std::erase(name, ' ');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EboxOperation, ::testing::ValuesIn(operations()), name_of);
INSTANTIATE_TEST_SUITE_P(
    All, EboxOptionalOperation,
    ::testing::ValuesIn(those([](const Operation& one) { return one.optional; })), name_of);
// The others give bytes, or nothing.
INSTANTIATE_TEST_SUITE_P(
    All, EboxOperationWithSchema,
    ::testing::ValuesIn(those([](const Operation& one) { return !one.any_body; })), name_of);

TEST(EboxOperations, IdentitiesThatWouldChangeThePathAreNotSent) {
  PretendUpstream upstream(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, "{}"); });
  const auto ebox = upstream.ebox();
  for (const std::string id : {"", ".", ".."}) {
    for (const auto& error :
         {error_of(ebox->attachments(id, {})), error_of(ebox->attachment("M", id, {})),
          error_of(ebox->attachment(id, "A", {})), error_of(ebox->body(id, {})),
          error_of(ebox->payment(id, {})), error_of(ebox->message_type(id, {})),
          error_of(ebox->image(ImageOwner::sender_organisation, id, "L", {})),
          error_of(ebox->image(ImageOwner::sender_organisation, "1", id, {})),
          error_of(ebox->set_visible(std::array{VisibilityChange{id, true}}, {}))}) {
      ASSERT_TRUE(error.has_value());
      EXPECT_EQ(error->code, "upstream.no_address");
    }
  }
  EXPECT_TRUE(upstream.api_requests().empty());
}

TEST(EboxSummary, CountsOfTheContract) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, R"({"numberOfMessages":36,"numberOfUnreadMessages":2,
      "lastReceiptDate":"2017-07-24T09:26:00Z","lastConsultationDate":"nonsense","eboxSize":1800.5})");
  });
  const auto summary = upstream.ebox()->summary({});
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_EQ(summary->messages, 36);
  EXPECT_EQ(summary->unread, 2);
  EXPECT_EQ(summary->last_receipt_ms, 1500888360000);
  EXPECT_EQ(summary->last_consultation_ms, std::nullopt);
  EXPECT_EQ(summary->size_kb, 1800.5);
}

TEST(EboxList, EveryFilterOfTheContract) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, R"({"items":[],"totalItems":0})");
  });
  ListFilter filter{.page = 2, .page_size = 7};
  filter.received_before = "2026-10-01";
  filter.received_after = "2026-09-01";
  filter.expired_before = "2027-10-01";
  filter.expired_after = "2027-09-01";
  filter.read = false;
  filter.visible = true;
  filter.registered_mail = false;
  filter.message_type_id = "T&1";
  filter.sender_organisation_id = "0308357159";
  filter.sender_application_id = "APP";
  filter.text = "été & co";
  filter.text_language = "fr";
  ASSERT_TRUE(upstream.ebox()->list(filter, {}).ok());
  EXPECT_EQ(upstream.api_requests().at(0).target,
            "/registry/v2/ebox/messages?page=2&pageSize=7&receivedBefore=2026-10-01"
            "&receivedAfter=2026-09-01&expiredBefore=2027-10-01&expiredAfter=2027-09-01"
            "&readStatus=false&visible=true&messageTypeId=T%261&senderOrganizationId=0308357159"
            "&senderApplicationId=APP&registeredMail=false&q=%C3%A9t%C3%A9%20%26%20co&qlang=fr");
}

TEST(EboxList, AFilterOutsideItsBoundsIsNotSent) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, R"({"items":[],"totalItems":0})");
  });
  for (const ListFilter& filter :
       {ListFilter{.received_after = "yesterday"}, ListFilter{.expired_before = "2026-02-30"},
        ListFilter{.text = "x"}, ListFilter{.text_language = "nl"},
        ListFilter{.text = "x", .text_language = "en"}}) {
    EXPECT_EQ(upstream.ebox()->list(filter, {}).error().code, "upstream.bad_filter");
  }
  EXPECT_TRUE(upstream.api_requests().empty());
}

TEST(EboxAttachments, AListWithAHoleIsNotTheWhole) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, R"({"items":[)" + with_unknown(kAttachment) + R"(,7],"totalItems":2})");
  });
  EXPECT_EQ(upstream.ebox()->attachments("M-1", {}).error().code, "upstream.malformed");
}

TEST(EboxAttachments, AnotherThanAskedForIsMalformedAndNoneIsTheOneAskedFor) {
  std::string body = R"({"attachmentId":"A-2"})";
  PretendUpstream upstream(
      [&](const ReceivedRequest&, ServerConnection& connection) { connection.json(200, body); });
  EXPECT_EQ(upstream.ebox()->attachment("M-1", "A-1", {}).error().code, "upstream.malformed");
  body = R"({"fileName":"a.pdf"})";
  const auto one = upstream.ebox()->attachment("M-1", "A-1", {});
  ASSERT_TRUE(one.ok()) << one.error().message;
  EXPECT_EQ(one->id, "A-1");
}

TEST(EboxPayment, AmountsStayAsWritten) {
  PretendUpstream upstream([](const ReceivedRequest&, ServerConnection& connection) {
    connection.json(200, with_unknown(kPayment));
  });
  const auto payment = upstream.ebox()->payment("M-1", {});
  ASSERT_TRUE(payment.ok() && payment->has_value());
  EXPECT_EQ((*payment)->amount, "12.50");
}

TEST(EboxVisibility, AMergePatchOfWhatShallBe) {
  PretendUpstream upstream(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.respond(200, ""); });
  ASSERT_TRUE(upstream.ebox()
                  ->set_visible(
                      std::array{VisibilityChange{"M-1", false}, VisibilityChange{"M-2", true}}, {})
                  .ok());
  const ReceivedRequest request = upstream.api_requests().at(0);
  EXPECT_EQ(request.header("content-type"), "application/merge-patch+json");
  EXPECT_EQ(request.body, R"({"items":[{"messageId":"M-1","visible":false},)"
                          R"({"messageId":"M-2","visible":true}],"totalItems":2})");
}

TEST(EboxVisibility, NothingTooMuchOrTwiceIsNotSent) {
  PretendUpstream upstream(
      [](const ReceivedRequest&, ServerConnection& connection) { connection.respond(200, ""); });
  const auto ebox = upstream.ebox();
  EXPECT_TRUE(ebox->set_visible({}, {}).ok());
  const std::array twice{VisibilityChange{"M", true}, VisibilityChange{"M", false}};
  EXPECT_EQ(ebox->set_visible(twice, {}).error().code, "upstream.bad_request");
  const std::vector<VisibilityChange> many(kMostVisibilityChanges + 1, VisibilityChange{"M", true});
  EXPECT_EQ(ebox->set_visible(many, {}).error().code, "upstream.bad_request");
  EXPECT_TRUE(upstream.api_requests().empty());
}

}  // namespace
}  // namespace semafoor::upstream
