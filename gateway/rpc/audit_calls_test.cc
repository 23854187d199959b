// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/audit_calls.h"

#include <gmock/gmock.h>

#include "gateway/rpc/test_gateway.h"

namespace semafoor::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kPerson[] = "85073003328";
constexpr char kOther[] = "17073003384";

class AuditCallsTest : public TestGateway {
 protected:
  AuditCallsTest() {
    for (int i = 0; i < 250; ++i) append({.what = "signal.list", .persons = {kOther}});
    append({.what = "signal.read", .persons = {kPerson, kOther}});
  }
  void append(const store::AuditEntry& entry, const store::Org& chain = kTestOrg) {
    store_.write([&](store::Transaction& tx) { return tx.append_audit(chain, entry); });
  }
  template <typename Response, typename Request>
  std::vector<Response> stream(std::unique_ptr<grpc::ClientReader<Response>> (
                                   v1::Admin::Stub::*method)(grpc::ClientContext*, const Request&),
                               const Request& request, Outcome& ended) {
    grpc::ClientContext context;
    prepare(context);
    const auto answers = (admin_stub_.get()->*method)(&context, request);
    std::vector<Response> all;
    for (Response response; answers->Read(&response);) all.push_back(response);
    const grpc::Status status = answers->Finish();
    ended = outcome(context, status);
    return all;
  }
  static v1::WhoSawRequest who_saw_request(const std::string& person) {
    auto request = about<v1::WhoSawRequest>();
    request.mutable_person()->set_value(person);
    request.set_reason("asked by letter");
    return request;
  }
  std::string hash(const std::string& person) {
    return store_.ask<std::string>([&](store::Reader& reader) -> Result<std::string> {
      return reader.audit_person_hash(kTestOrg, person);
    });
  }

  Outcome ended_;
};

TEST_F(AuditCallsTest, VerificationTellsOfEachChainAndOfFaults) {
  append({.what = "backup.start"}, store::kGatewayChain);
  auto told = stream(&v1::Admin::Stub::VerifyAudit, v1::VerifyAuditRequest(), ended_);
  ASSERT_TRUE(ended_.status.ok());
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_FALSE(told[0].head().has_organisation()) << "the gateway's own comes first";
  EXPECT_EQ(told[1].head().organisation().value(), kTestOrg);
  EXPECT_EQ(told[1].records(), 252);
  EXPECT_EQ(told[1].faults(), 0);
  EXPECT_TRUE(told[1].done());

  // An anchor that knows a longer chain.
  audit::Anchor anchor{.day = "2026-11-28"};
  v1::AuditHead& head = anchor.chains.emplace_back(told[1].head());
  head.set_number(1000);
  ASSERT_TRUE(anchors_.put(anchor).ok());
  told = stream(&v1::Admin::Stub::VerifyAudit, about<v1::VerifyAuditRequest>(), ended_);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].faults(), 1);
  EXPECT_EQ(told[0].findings(0).fault(), v1::AUDIT_FAULT_CUT);
}

TEST_F(AuditCallsTest, AnExportIsTheWholeChainAndOnRecord) {
  auto request = about<v1::ExportAuditRequest>();
  stream(&v1::Admin::Stub::ExportAudit, request, ended_);
  EXPECT_EQ(ended_.code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ended_.detail.field(), "reason");
  request.set_reason("yearly control");
  const auto told = stream(&v1::Admin::Stub::ExportAudit, request, ended_);
  ASSERT_TRUE(ended_.status.ok()) << ended_.status.error_message();
  std::int64_t count = 0;
  for (const auto& response : told) count += response.records_size();
  EXPECT_EQ(count, 252) << "the export's own record is in it";
  EXPECT_EQ(told.back().head().number(), 252);
  EXPECT_EQ(told.back().head().organisation().value(), kTestOrg);
  const auto records = store_.audit();
  EXPECT_EQ(records.back().act(), "audit.export");
  EXPECT_EQ(records.back().reason(), "yearly control");
}

TEST_F(AuditCallsTest, WhoSawAPersonIsAnsweredWithoutNamingOthersAndRecorded) {
  const auto told = stream(&v1::Admin::Stub::WhoSaw, who_saw_request(kPerson), ended_);
  ASSERT_TRUE(ended_.status.ok()) << ended_.status.error_message();
  std::vector<v1::AuditRecord> records;
  for (const auto& response : told)
    records.insert(records.end(), response.records().begin(), response.records().end());
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].act(), "signal.read");
  EXPECT_THAT(records[0].persons(), ElementsAre(hash(kPerson)));
  EXPECT_EQ(records[1].act(), "audit.who_saw");
  EXPECT_EQ(records[1].reason(), "asked by letter");
  EXPECT_EQ(told.back().looked_at(), 252);
  EXPECT_TRUE(told.back().done());
}

TEST_F(AuditCallsTest, ANumberWithAWrongCheckDigitIsRefusedWithoutRepeatingIt) {
  stream(&v1::Admin::Stub::WhoSaw, who_saw_request("85073003329"), ended_);
  EXPECT_EQ(ended_.detail.field(), "person");
  EXPECT_THAT(ended_.status.error_message(), testing::Not(testing::HasSubstr("850730")));
}

TEST_F(AuditCallsTest, APersonIsResolvedOnRecord) {
  auto request = about<v1::ResolveAuditPersonRequest>();
  request.set_person_hash(hash(kOther));
  request.set_reason("asked by the court");
  v1::ResolveAuditPersonResponse response;
  ASSERT_TRUE(
      call(admin_stub_, &v1::Admin::Stub::ResolveAuditPerson, request, response).status.ok());
  EXPECT_EQ(response.person().value(), kOther);
  request.set_person_hash(std::string(16, 'x'));
  EXPECT_EQ(
      call(admin_stub_, &v1::Admin::Stub::ResolveAuditPerson, request, response).detail.code(),
      "audit.person_unknown");
  const auto records = store_.audit();
  ASSERT_THAT(records, SizeIs(253));
  EXPECT_EQ(records[251].act(), "audit.resolve");
  EXPECT_THAT(records[251].persons(), ElementsAre(hash(kOther)));
  EXPECT_EQ(records[252].result(), "audit.person_unknown");
}

TEST_F(AuditCallsTest, OnlyAdministratorsSeeTheAudit) {
  token_ = token_for({.all_organisations = true});
  stream(&v1::Admin::Stub::VerifyAudit, v1::VerifyAuditRequest(), ended_);
  EXPECT_EQ(ended_.detail.code(), "permission.admin");
  stream(&v1::Admin::Stub::WhoSaw, who_saw_request(kPerson), ended_);
  EXPECT_EQ(ended_.detail.code(), "permission.admin");
}

}  // namespace
}  // namespace semafoor::rpc
