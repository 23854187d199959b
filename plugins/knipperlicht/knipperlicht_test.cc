// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/ext/dossiers.h"
#include "semafoor/ext/stream.h"
#include "semafoor/v1/local.pb.h"
#include "semafoor/v1/reports.pb.h"
#include "semafoor/v1/signals.pb.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::knipperlicht {
namespace {

using ::testing::HasSubstr;

constexpr char kList[] = "/semafoor.v1.Signals/ListSignals";
constexpr char kMatch[] = "/semafoor.v1.Signals/MatchSignals";
constexpr char kResolve[] = "LocalSignals/ResolveDossiers";
constexpr char kBinary[] = R"({"organisation":"0212344876","encoding":"protobuf"})";

class KnipperlichtTest : public kit::testing::PluginTest {
 protected:
  using Database =
      std::function<semafoor_status(const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse&)>;

  KnipperlichtTest() {
    gateway_.answer(kMatch, v1::MatchSignalsResponse());
    host_.get_extension = &extension_of;
    database_ = [](const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse&) {
      return SEMAFOOR_OK;
    };
    make(kBinary);
  }

  static const void* SEMAFOOR_CALL extension_of(void* /*context*/,
                                                const semafoor_span* id) noexcept {
    static constexpr semafoor_dossiers_v1 kDossiers{
        .struct_size = sizeof(semafoor_dossiers_v1), .reserved = 0, .resolve = &resolve};
    return kit::view_of(*id) == SEMAFOOR_EXT_DOSSIERS ? &kDossiers : nullptr;
  }
  static semafoor_status SEMAFOOR_CALL resolve(void* context, const semafoor_span* request,
                                               semafoor_write_fn write, void* sink) noexcept {
    auto& test = *static_cast<KnipperlichtTest*>(static_cast<PluginTest*>(context));
    v1::ResolvePersonsRequest question;
    EXPECT_TRUE(question.ParseFromArray(request->data, static_cast<int>(request->size)));
    test.questions_.push_back(question);
    v1::ResolvePersonsResponse answer;
    const auto status = test.database_(question, answer);
    const std::string bytes = test.rubbish_.empty() ? answer.SerializeAsString() : test.rubbish_;
    // In two parts, as a host may.
    write(sink, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size() / 2);
    write(sink, reinterpret_cast<const uint8_t*>(bytes.data()) + bytes.size() / 2,
          bytes.size() - bytes.size() / 2);
    return status;
  }

  static v1::Signal signal(const std::string& id, const std::string& person,
                           const std::string& dossier) {
    v1::Signal made;
    made.set_signal_id(id);
    made.mutable_person()->set_value(person);
    made.set_dossier_number(dossier);
    return made;
  }
  static void add_dossier(v1::ResolvePersonsResponse& answer, const std::string& person,
                          const std::vector<std::string>& references) {
    auto* found = answer.add_persons();
    found->mutable_person()->set_value(person);
    for (const auto& reference : references) found->add_dossiers()->set_reference(reference);
  }
  v1::MatchSignalsRequest matched(std::size_t number) const {
    v1::MatchSignalsRequest request;
    EXPECT_TRUE(request.ParseFromString(gateway_.seen(kMatch).at(number).request));
    return request;
  }
  v1::ResolveDossiersResponse total() const {
    v1::ResolveDossiersResponse response;
    EXPECT_TRUE(response.ParseFromString(body_));
    return response;
  }

  Database database_;
  std::string rubbish_;
  std::vector<v1::ResolvePersonsRequest> questions_;
};

TEST_F(KnipperlichtTest, TheDossierThatTheAuthorityNamesIsTakenElseAllOfThePerson) {
  v1::ListSignalsResponse page;
  *page.add_signals() = signal("named", "17073003384", "2026/1");
  *page.add_signals() = signal("other", "17073003384", "2019/9");
  *page.add_signals() = signal("nobody", "85073003328", "2026/2");
  gateway_.answer(kList, page);
  database_ = [](const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse& answer) {
    add_dossier(answer, "17073003384", {"2026/1", "2026/7"});
    return SEMAFOOR_OK;
  };
  ASSERT_EQ(call(kResolve, ""), SEMAFOOR_OK) << problem_.message;
  EXPECT_EQ(total().asked(), 3);
  EXPECT_EQ(total().matched(), 2);
  EXPECT_EQ(total().without_dossier(), 1);
  const auto request = matched(0);
  ASSERT_EQ(request.matches_size(), 3);
  ASSERT_EQ(request.matches(0).dossiers_size(), 1);
  EXPECT_EQ(request.matches(0).dossiers(0).reference(), "2026/1");
  EXPECT_EQ(request.matches(1).dossiers_size(), 2);
  EXPECT_EQ(request.matches(2).dossiers_size(), 0);
}

TEST_F(KnipperlichtTest, AllPagesAreListedBeforeTheFirstIsMatched) {
  gateway_.on(kList, [this](const kit::testing::Seen& seen) {
    EXPECT_TRUE(gateway_.seen(kMatch).empty());
    v1::ListSignalsRequest request;
    EXPECT_TRUE(request.ParseFromString(seen.request));
    v1::ListSignalsResponse page;
    *page.add_signals() = signal("s" + request.page_token(), "17073003384", "");
    if (request.page_token() != "2")
      page.set_next_page_token(request.page_token().empty() ? "1" : "2");
    return kit::testing::Outcome{.bytes = page.SerializeAsString()};
  });
  ASSERT_EQ(call(kResolve, ""), SEMAFOOR_OK) << problem_.message;
  EXPECT_EQ(questions_.size(), 3U);
  EXPECT_EQ(gateway_.seen(kMatch).size(), 3U);
}

TEST_F(KnipperlichtTest, ADatabaseThatCannotBeAskedLeavesTheSignalsUnmatched) {
  v1::ListSignalsResponse page;
  *page.add_signals() = signal("s1", "17073003384", "");
  gateway_.answer(kList, page);
  database_ = [](const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse&) {
    return SEMAFOOR_INTERNAL;
  };
  EXPECT_EQ(call(kResolve, ""), SEMAFOOR_UNAVAILABLE);
  EXPECT_EQ(problem_.code, "dossiers.unavailable");
  EXPECT_TRUE(problem_.retryable);
  EXPECT_EQ(problem_.message.find("17073003384"), std::string::npos);
  database_ = [](const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse&) {
    return SEMAFOOR_OK;
  };
  rubbish_ = "\xff\xff\xff\xff";
  EXPECT_EQ(call(kResolve, ""), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_TRUE(gateway_.seen(kMatch).empty());
}

TEST_F(KnipperlichtTest, AHostWithoutDossiersIsToldHowElse) {
  host_.get_extension = nullptr;
  make(kBinary);
  EXPECT_EQ(call(kResolve, ""), SEMAFOOR_FAILED_PRECONDITION);
  EXPECT_EQ(problem_.code, "dossiers.not_offered");
  EXPECT_THAT(problem_.message, HasSubstr("Signals/MatchSignals"));
}

TEST_F(KnipperlichtTest, WhoTreatsWhatIsAskedInEitherEncoding) {
  v1::GetWorkloadResponse load;
  load.add_loads()->mutable_assignee()->set_id("u1");
  load.mutable_loads(0)->set_open(3);
  gateway_.answer("/semafoor.v1.Work/GetWorkload", load);
  ASSERT_EQ(call("Work/GetWorkload", ""), SEMAFOOR_OK) << problem_.message;
  v1::GetWorkloadResponse told;
  ASSERT_TRUE(told.ParseFromString(body_));
  EXPECT_EQ(told.loads(0).open(), 3);

  make(R"({"organisation":"0212344876","encoding":"json"})");
  v1::TakeSignalsResponse taken;
  taken.add_results()->set_signal_id("s1");
  gateway_.answer("/semafoor.v1.Work/TakeSignals", taken);
  ASSERT_EQ(call("Work/TakeSignals", R"({"signalIds":["s1"]})"), SEMAFOOR_OK) << problem_.message;
  v1::TakeSignalsRequest request;
  ASSERT_TRUE(
      request.ParseFromString(gateway_.seen("/semafoor.v1.Work/TakeSignals").at(0).request));
  EXPECT_EQ(request.signal_ids(0), "s1");
  EXPECT_EQ(request.organisation().value(), "0212344876");
  EXPECT_THAT(body_, HasSubstr("\"signalId\":\"s1\""));
  for (const char* method : {"GetWorkRules", "SetWorkRules", "SetAbsence", "ListAbsences",
                             "TakeOver", "ListReminders"}) {
    gateway_.on(std::string("/semafoor.v1.Work/") + method,
                [](const kit::testing::Seen&) { return kit::testing::Outcome{}; });
    EXPECT_EQ(call(std::string("Work/") + method, "{}"), SEMAFOOR_OK) << method;
  }
}

TEST_F(KnipperlichtTest, ANewSignalIsMatchedBeforeTheHostHearsOfIt) {
  v1::ListSignalsResponse page;
  *page.add_signals() = signal("s1", "17073003384", "");
  gateway_.answer(kList, page);
  v1::PullEventsResponse events;
  auto* received = events.add_events();
  received->set_sequence(1);
  received->set_type("signal.received");
  received->set_cursor("1");
  gateway_.answer("/semafoor.v1.Modules/PullEvents", events);
  const auto next = [this] {
    const semafoor_event* event = nullptr;
    const auto& table = extension<semafoor_events_v1>(SEMAFOOR_EXT_EVENTS);
    ASSERT_EQ(table.next(instance_, 0, &event, nullptr), SEMAFOOR_OK);
    event->release(event);
  };
  next();
  EXPECT_EQ(gateway_.seen(kMatch).size(), 1U);
  // A database that is away does not hold the event back.
  database_ = [](const v1::ResolvePersonsRequest&, v1::ResolvePersonsResponse&) {
    return SEMAFOOR_UNAVAILABLE;
  };
  next();
  ASSERT_EQ(log_.size(), 1U);
  EXPECT_THAT(log_[0], HasSubstr("could not be matched"));
}

TEST_F(KnipperlichtTest, TheWholeLifeOfASignalIsForwarded) {
  v1::GetSignalHistoryResponse story;
  story.mutable_history()->add_steps()->set_event(v1::SIGNAL_EVENT_RECALLED);
  gateway_.answer("/semafoor.v1.Signals/GetSignalHistory", story);
  v1::SupersedeSignalsResponse superseded;
  *superseded.add_signals() = signal("s1", "17073003384", "2026/1");
  gateway_.answer("/semafoor.v1.Signals/SupersedeSignals", superseded);
  v1::ReplacePersonNumberResponse replaced;
  replaced.mutable_person()->set_value("17073003384");
  replaced.add_signal_ids("s1");
  gateway_.answer("/semafoor.v1.Signals/ReplacePersonNumber", replaced);
  make(R"({"organisation":"0212344876","encoding":"json"})");

  ASSERT_EQ(call("Signals/GetSignalHistory", R"({"signalId":"s1"})"), SEMAFOOR_OK)
      << problem_.message;
  EXPECT_EQ(nlohmann::json::parse(body_)["history"]["steps"][0]["event"], "SIGNAL_EVENT_RECALLED");
  ASSERT_EQ(
      call("Signals/SupersedeSignals",
           R"({"signalIds":["s1"],"formReference":"C-1","since":{"year":2026,"month":9,"day":1}})"),
      SEMAFOOR_OK)
      << problem_.message;
  EXPECT_EQ(nlohmann::json::parse(body_)["signals"][0]["signalId"], "s1");
  ASSERT_EQ(call("Signals/ReplacePersonNumber",
                 R"({"former":{"value":"85073003328"},"current":{"value":"17073003384"}})"),
            SEMAFOOR_OK)
      << problem_.message;
  EXPECT_EQ(nlohmann::json::parse(body_)["signalIds"][0], "s1");
  v1::ReplacePersonNumberRequest request;
  ASSERT_TRUE(request.ParseFromString(
      gateway_.seen("/semafoor.v1.Signals/ReplacePersonNumber").at(0).request));
  EXPECT_EQ(request.organisation().value(), "0212344876") << "the instance's";
  EXPECT_EQ(request.former().value(), "85073003328");
}

TEST_F(KnipperlichtTest, SignalsAreSearchedByDossierTeamAndRecall) {
  gateway_.answer(kList, v1::ListSignalsResponse());
  make(R"({"organisation":"0212344876","encoding":"json"})");
  ASSERT_EQ(
      call("Signals/ListSignals",
           R"({"dossierNumber":"2026/1","team":"north","recalledOnly":true,"openOnly":true})"),
      SEMAFOOR_OK)
      << problem_.message;
  v1::ListSignalsRequest request;
  ASSERT_TRUE(request.ParseFromString(gateway_.seen(kList).at(0).request));
  EXPECT_EQ(request.dossier_number(), "2026/1");
  EXPECT_EQ(request.team(), "north");
  EXPECT_TRUE(request.recalled_only());
  EXPECT_TRUE(request.open_only());
}

TEST_F(KnipperlichtTest, StatisticsAreAskedOfTheGateway) {
  v1::GetStatisticsResponse answer;
  answer.mutable_statistics()->set_signals(7);
  gateway_.answer("/semafoor.v1.Reports/GetStatistics", answer);
  ASSERT_EQ(call("Reports/GetStatistics", ""), SEMAFOOR_OK) << problem_.message;
  v1::GetStatisticsResponse got;
  ASSERT_TRUE(got.ParseFromString(body_));
  EXPECT_EQ(got.statistics().signals(), 7);
}

TEST_F(KnipperlichtTest, AnInspectionFileIsAStreamOfBytes) {
  constexpr char kExport[] = "/semafoor.v1.Reports/ExportInspection";
  v1::ExportInspectionResponse head;
  head.mutable_head()->set_file_name("inspection.csv");
  v1::ExportInspectionResponse chunk;
  chunk.set_chunk("a;b\r\n");
  gateway_.stream(kExport,
                  {head.SerializeAsString(), chunk.SerializeAsString(), chunk.SerializeAsString()});
  const auto& table = extension<semafoor_stream_v1>(SEMAFOOR_EXT_STREAM);
  const semafoor_span method = kit::span_of(std::string_view("Reports/ExportInspection"));
  const semafoor_span request = kit::span_of(std::string_view());
  semafoor_stream* stream = nullptr;
  const semafoor_reply* reply = nullptr;
  ASSERT_EQ(note([&](auto** error) {
              return table.open(instance_, &method, &request, nullptr, &stream, &reply, error);
            }),
            SEMAFOOR_OK)
      << problem_.message;
  v1::ExportInspectionResponse said;
  EXPECT_TRUE(said.ParseFromString(std::string(kit::view_of(reply->body))));
  EXPECT_EQ(said.head().file_name(), "inspection.csv");
  reply->release(reply);
  std::string bytes;
  std::array<std::uint8_t, 4> buffer{};
  for (std::size_t size = 1; size > 0;) {
    ASSERT_EQ(note([&](auto** error) {
                return table.read(stream, buffer.data(), buffer.size(), &size, error);
              }),
              SEMAFOOR_OK);
    bytes.append(reinterpret_cast<const char*>(buffer.data()), size);
  }
  table.close(stream);
  EXPECT_EQ(bytes, "a;b\r\na;b\r\n");
}

}  // namespace
}  // namespace semafoor::knipperlicht
