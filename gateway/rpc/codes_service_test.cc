// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::string table(const std::string& code) {
  return R"({"schema":"semafoor.feedback-codes/1","version":"v-)" + code +
         R"(","origin":"official","codes":[{"code":")" + code +
         R"(","validFrom":"2020-01-01","text":{"nl":"a","fr":"b","de":"c"}}]})";
}

class CodesServiceTest : public TestGateway {
 protected:
  template <typename Request, typename Response>
  Outcome with_reason(grpc::Status (v1::CodesAdmin::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                      const Request& request, Response& response,
                      const std::string& reason = "letter of POD MI") {
    clock_.advance(1);
    grpc::ClientContext context;
    prepare(context);
    if (!reason.empty()) context.AddMetadata("semafoor-reason-bin", reason);
    return outcome(context, (codes_stub_.get()->*method)(&context, request, &response));
  }
  Outcome load(const std::string& content, int days = 0,
               const std::string& reason = "letter of POD MI") {
    v1::LoadCodesRequest request;
    request.set_content(content);
    if (days > 0)
      *request.mutable_from() = domain::date_of_number(
          domain::belgian_time(clock_.now_ms() + days * 86'400'000LL).date());
    v1::LoadCodesResponse response;
    return with_reason(&v1::CodesAdmin::Stub::LoadCodes, request, response, reason);
  }
  std::vector<std::string> codes_shown(std::optional<int> day = {}) {
    auto request = about<v1::ListFeedbackCodesRequest>();
    if (day) *request.mutable_valid_on() = domain::date_of_number(*day);
    v1::ListFeedbackCodesResponse response;
    EXPECT_TRUE(call(feedback_stub_, &v1::Feedback::Stub::ListFeedbackCodes, request, response)
                    .status.ok());
    version_ = response.list_version();
    std::vector<std::string> codes;
    for (const auto& one : response.codes()) codes.push_back(one.code());
    return codes;
  }

  std::string version_;
};

TEST_F(CodesServiceTest, HostsSeeALoadedTableAtOnceAndAPreparedOneForItsDay) {
  EXPECT_EQ(codes_shown().size(), 8U);
  const std::string before = version_;
  ASSERT_TRUE(load(table("001")).status.ok());
  EXPECT_EQ(codes_shown(), std::vector<std::string>{"001"});
  EXPECT_NE(version_, before);
  ASSERT_TRUE(load(table("002"), 5).status.ok());
  EXPECT_EQ(codes_shown(), std::vector<std::string>{"001"});
  const int day = domain::belgian_time(clock_.now_ms() + 5 * 86'400'000LL).date();
  EXPECT_EQ(codes_shown(day), std::vector<std::string>{"002"});
  clock_.jump(6 * 86'400'000LL);
  EXPECT_EQ(codes_shown(), std::vector<std::string>{"002"});
  EXPECT_THAT(journal_.events(), Contains("codes.loaded"));
  EXPECT_THAT(journal_.events(), Contains("codes.prepared"));
}

TEST_F(CodesServiceTest, EachStepNeedsTheRoleForAllAndAReason) {
  EXPECT_EQ(load(table("001"), 0, "").detail.code(), "request.reason_missing");
  token_ = token_for({.organisations = {kTestOrg}, .roles = {Role::operating}});
  EXPECT_EQ(load(table("001")).detail.code(), "permission.role");
  v1::ListCodesRequest request;
  request.set_kind(v1::CODE_TABLE_KIND_FEEDBACK_CODES);
  v1::ListCodesResponse list;
  EXPECT_TRUE(call(codes_stub_, &v1::CodesAdmin::Stub::ListCodes, request, list).status.ok());
  EXPECT_EQ(list.codes_size(), 8);
  token_ = token_for({.all_organisations = true, .roles = {Role::operating}});
  EXPECT_TRUE(load(table("001")).status.ok());
}

TEST_F(CodesServiceTest, WithdrawRollbackAndCompare) {
  load(table("001"));
  load(table("002"), 5);
  v1::CompareCodesRequest compare;
  compare.set_kind(v1::CODE_TABLE_KIND_FEEDBACK_CODES);
  v1::CompareCodesResponse compared;
  ASSERT_TRUE(
      call(codes_stub_, &v1::CodesAdmin::Stub::CompareCodes, compare, compared).status.ok());
  EXPECT_EQ(compared.differences_size(), 2);
  v1::WithdrawCodesRequest withdraw;
  withdraw.set_kind(compare.kind());
  v1::WithdrawCodesResponse withdrawn;
  ASSERT_TRUE(with_reason(&v1::CodesAdmin::Stub::WithdrawCodes, withdraw, withdrawn).status.ok());
  EXPECT_EQ(withdrawn.withdrawn().table().version(), "v-002");
  EXPECT_EQ(call(codes_stub_, &v1::CodesAdmin::Stub::CompareCodes, compare, compared).detail.code(),
            "codes.nothing_prepared");
  v1::RollbackCodesRequest rollback;
  rollback.set_kind(compare.kind());
  v1::RollbackCodesResponse back;
  ASSERT_TRUE(with_reason(&v1::CodesAdmin::Stub::RollbackCodes, rollback, back).status.ok());
  EXPECT_EQ(codes_shown().size(), 8U);
  EXPECT_EQ(with_reason(&v1::CodesAdmin::Stub::RollbackCodes, rollback, back, "").detail.code(),
            "request.reason_missing");
}

TEST_F(CodesServiceTest, AWrongTableIsRefusedWithItsRows) {
  const auto refused = load(table("a b"));
  EXPECT_EQ(refused.detail.code(), "codes.invalid");
  EXPECT_THAT(refused.status.error_message(), HasSubstr("Row 1"));
}

}  // namespace
}  // namespace semafoor::rpc
