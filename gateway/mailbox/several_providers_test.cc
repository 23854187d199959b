// SPDX-License-Identifier: Apache-2.0
//
// An e-Box of several providers, as a registry lists them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "gateway/domain/date.h"
#include "gateway/duties/test_store.h"
#include "gateway/mailbox/fake_ebox.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/upstream/registry/read_registry.h"

namespace semafoor::mailbox {
namespace {

using duties::kTestOrg;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::int64_t kDay = 86'400'000;
constexpr char kSettingsUrl[] = "https://a.example/v2";

Error down() {
  return Error{.kind = ErrorKind::unavailable,
               .code = "upstream.unreachable",
               .message = "Asking the e-Box: nobody there.",
               .retryable = true};
}

std::string entry(const std::string& id, const std::string& more = "",
                  const std::string& version = "2.1") {
  return R"({"messageProviderId":")" + id + R"(","messageProviderUrl":"https://)" + id +
         R"(.example/v2","apiSupportedVersion":")" + version + "\"" + more + "}";
}

// The registry of the test: what it answers, or its failure.
class FakeRegistry final : public upstream::RegistryClient {
 public:
  Result<upstream::registry::Registry> providers(std::stop_token) override {
    const std::scoped_lock guard(mutex);
    ++reads;
    if (failure) return *failure;
    return *upstream::registry::read_registry(answer);
  }
  std::mutex mutex;
  std::string answer;
  std::optional<Error> failure;
  int reads = 0;
};

class SeveralProvidersTest : public ::testing::Test {
 protected:
  SeveralProvidersTest() {
    store_.add_organisation();
    options_.interval_ms = 0;
    options_.registry_interval_ms = 0;
    options_.page_size = 10;
    options_.provider_url = kSettingsUrl;
    registry_->answer = "[" + entry("a") + "," + entry("b") + "," + entry("c") + "]";
    for (const char* id : {"a", "b", "c"}) {
      eboxes_[id] = std::make_shared<FakeEbox>();
      eboxes_[id]->add(std::string("m-") + id, clock_.now_ms());
    }
  }
  ~SeveralProvidersTest() override { sync_.reset(); }

  void start() {
    EboxSources sources;
    sources.registry = [this](const store::Org&) {
      return Result<std::shared_ptr<upstream::RegistryClient>>(registry_);
    };
    sources.provider = [this](const store::Org&, const upstream::EboxAddress& address)
        -> Result<std::shared_ptr<upstream::EboxClient>> {
      const std::scoped_lock guard(mutex_);
      addresses_[address.provider_id] = address;
      const std::string host = address.base_url.substr(8, 1);
      return std::shared_ptr<upstream::EboxClient>(eboxes_.at(host));
    };
    sync_ = std::make_unique<MailboxSync>(*store_, sources, families_, clock_, options_,
                                          [] { return 0.5; });
    sync_->start();
  }

  v1::Operation synchronise() {
    const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
    EXPECT_TRUE(started.ok());
    const auto id = started->operation_id;
    EXPECT_TRUE(store_.wait_until([&] {
      clock_.advance(500);
      return operation(id).state() != v1::OPERATION_STATE_RUNNING;
    }));
    return operation(id);
  }
  v1::Operation operation(const std::string& id) {
    return *store_.ask<std::optional<v1::Operation>>(
        [&](store::Reader& reader) { return reader.operation(kTestOrg, id); });
  }
  // "provider/message" of all that is here.
  std::vector<std::string> messages() {
    store::MessageQuery query;
    query.limit = 1'000;
    std::vector<std::string> found;
    for (const auto& one : store_
                               .ask<store::Page<v1::Message>>([&](store::Reader& reader) {
                                 return reader.messages(kTestOrg, query);
                               })
                               .items) {
      found.push_back(one.provider_id() + "/" + one.provider_message_id());
    }
    return found;
  }
  v1::OrganisationStatus status() {
    return store_.ask<v1::OrganisationStatus>(
        [&](store::Reader& reader) -> Result<v1::OrganisationStatus> {
          v1::OrganisationStatus status;
          if (auto described = sync_->describe(reader, kTestOrg, status); !described)
            return described.error();
          return status;
        });
  }
  v1::EboxProvider provider(const std::string& id) {
    const auto all = status();
    for (const auto& one : all.ebox_providers())
      if (one.provider_id() == id) return one;
    return {};
  }
  // The status of a run is stored just after the run told its operation.
  bool eventually(const std::function<bool()>& condition) { return store_.wait_until(condition); }
  void fail(const std::string& id) {
    eboxes_[id]->on_list = [this, id](int) -> Result<void> {
      if (away_[id]) return down();
      return {};
    };
    away_[id] = true;
  }

  duties::ManualClock clock_;
  duties::TestStore store_{clock_};
  Families families_ = *Families::load();
  std::shared_ptr<FakeRegistry> registry_ = std::make_shared<FakeRegistry>();
  std::map<std::string, std::shared_ptr<FakeEbox>> eboxes_;
  std::map<std::string, std::atomic<bool>> away_;
  std::mutex mutex_;
  std::map<std::string, upstream::EboxAddress> addresses_;
  SyncOptions options_;
  std::unique_ptr<MailboxSync> sync_;
};

TEST_F(SeveralProvidersTest, EveryActiveProviderIsSynchronised) {
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED) << done.problem();
  EXPECT_EQ(done.done(), 3);
  // "a" has the address of the settings, and so their name for it.
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a", "b/m-b", "c/m-c"));
  EXPECT_THAT(eboxes_["b"]->fetched(), ElementsAre("m-b-main"));
  EXPECT_THAT(status().ebox_providers(), SizeIs(3));
  EXPECT_TRUE(eventually([&] { return provider("b").has_last_success(); }));
  EXPECT_TRUE(status().has_ebox_registry_read_at());
  EXPECT_TRUE(store_.duty(kSyncDuty).has_last_success()) << "of the whole";
}

TEST_F(SeveralProvidersTest, TheSameMessageIdAtTwoProvidersIsTwoMessages) {
  eboxes_["b"]->add("same", clock_.now_ms());
  eboxes_["c"]->add("same", clock_.now_ms());
  start();
  synchronise();
  EXPECT_THAT(messages(), AllOf(Contains("b/same"), Contains("c/same")));
  EXPECT_THAT(eboxes_["b"]->fetched(), Contains("same-main"));
  EXPECT_THAT(eboxes_["c"]->fetched(), Contains("same-main"));
}

TEST_F(SeveralProvidersTest, EachProviderHasItsOwnPlaceInItsList) {
  eboxes_["c"]->remove("m-c");
  eboxes_["c"]->add("old", clock_.now_ms() - 30 * kDay);
  start();
  synchronise();
  synchronise();
  const auto today = domain::write_date(domain::date_of_ms(clock_.now_ms() - kDay));
  EXPECT_THAT(eboxes_["b"]->received_after(), ElementsAre("", today));
  EXPECT_THAT(eboxes_["c"]->received_after(),
              ElementsAre("", domain::write_date(domain::date_of_ms(clock_.now_ms() - 31 * kDay))));
}

TEST_F(SeveralProvidersTest, OneThatIsDownFailsNobodyElseAndIsNamedWithSince) {
  start();
  synchronise();
  EXPECT_TRUE(eventually([&] { return provider("b").has_last_success(); }));
  const auto before = provider("b").last_success().unix_ms();
  fail("b");
  eboxes_["c"]->add("new", clock_.now_ms());
  const auto partial = synchronise();
  EXPECT_EQ(partial.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(partial.problem(), AllOf(HasSubstr("Provider b not reached since " +
                                                 upstream::registry::written_moment(before)),
                                       HasSubstr("nobody there"), Not(HasSubstr("Provider c"))));
  EXPECT_THAT(messages(), Contains("c/new"));
  EXPECT_EQ(provider("b").last_success().unix_ms(), before);
  EXPECT_THAT(provider("b").problem(), HasSubstr("nobody there"));
  EXPECT_TRUE(eventually([&] { return provider("b").consecutive_failures() >= 3; }));
  EXPECT_EQ(provider("c").consecutive_failures(), 0);

  away_["b"] = false;
  eboxes_["b"]->add("late", clock_.now_ms());
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_THAT(messages(), Contains("b/late"));
  EXPECT_TRUE(eventually([&] { return provider("b").problem().empty(); }));
}

TEST_F(SeveralProvidersTest, OneThatIsKnownToBeDownIsTriedOnceAndNotWaitedFor) {
  std::atomic<int> tries = 0;
  eboxes_["b"]->on_list = [&](int) -> Result<void> {
    ++tries;
    return down();
  };
  start();
  const auto ended = [&](const std::string& id) {
    return store_.wait_until([&] { return operation(id).state() == v1::OPERATION_STATE_PARTIAL; });
  };
  const auto first = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  // No further than to the last try: the next one, after its back-off, is nobody's here.
  EXPECT_TRUE(store_.wait_until([&] {
    if (tries >= options_.listing_attempts) return true;
    clock_.advance(500);
    return false;
  }));
  ASSERT_TRUE(ended(first->operation_id));
  EXPECT_THAT(operation(first->operation_id).problem(), HasSubstr("Provider b never reached yet"));
  ASSERT_TRUE(eventually(
      [&] { return provider("b").consecutive_failures() >= options_.listing_attempts; }));

  tries = 0;
  const auto second = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  // The clock stands still: no back-off is waited for.
  EXPECT_TRUE(ended(second->operation_id));
  EXPECT_EQ(tries, 1);
}

TEST_F(SeveralProvidersTest, OneThatHangsDelaysNobodyElse) {
  std::atomic<bool> hangs = true;
  std::mutex mutex;
  std::condition_variable_any bell;
  eboxes_["b"]->on_list = [&](int) -> Result<void> {
    std::unique_lock lock(mutex);
    bell.wait(lock, [&] { return !hangs.load(); });
    return {};
  };
  start();
  const auto started = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  EXPECT_TRUE(store_.wait_until([&] {
    return store_.counters().attachments_stored == 2 && provider("c").has_last_success();
  }));
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a", "c/m-c"));
  EXPECT_EQ(operation(started->operation_id).state(), v1::OPERATION_STATE_RUNNING);
  {
    const std::scoped_lock guard(mutex);
    hangs = false;
    bell.notify_all();
  }
  EXPECT_TRUE(store_.wait_until(
      [&] { return operation(started->operation_id).state() == v1::OPERATION_STATE_SUCCEEDED; }));
}

TEST_F(SeveralProvidersTest, PatienceThatOneAsksForHoldsOnlyThatOne) {
  eboxes_["b"]->on_list = [](int) -> Result<void> {
    return Error{.kind = ErrorKind::resource_exhausted,
                 .code = "upstream.rate_limited",
                 .message = "Asking the e-Box: too many.",
                 .retryable = true,
                 .retry_after_ms = 3'600'000,
                 .upstream_status = 429};
  };
  start();
  EXPECT_THAT(synchronise().problem(), HasSubstr("Provider b"));
  eboxes_["b"]->on_list = [](int) -> Result<void> {
    ADD_FAILURE() << "it asked for an hour";
    return down();
  };
  eboxes_["c"]->add("new", clock_.now_ms());
  const auto second = synchronise();
  EXPECT_EQ(second.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(second.problem(), HasSubstr("Provider b asked to be left alone"));
  EXPECT_THAT(messages(), Contains("c/new"));
}

TEST_F(SeveralProvidersTest, AttachmentsOfOneThatIsDownAreNotWaitedForAndComeLater) {
  eboxes_["b"]->on_content = [this](const std::string&, std::stop_token) -> Result<void> {
    if (away_["b"]) return down();
    return {};
  };
  away_["b"] = true;
  std::atomic<int> pages = 0;
  eboxes_["b"]->on_list = [&](int) -> Result<void> {
    if (++pages == 1) return {};
    return down();
  };
  start();
  const auto first = sync_->synchronise(kTestOrg, domain::act_of_gateway());
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(500);
    return operation(first->operation_id).state() != v1::OPERATION_STATE_RUNNING;
  }));
  const auto second = synchronise();
  EXPECT_EQ(second.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(second.problem(), HasSubstr("Provider b not reached since"));
  away_["b"] = false;
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(5'000);
    return store_.counters().attachments_stored == 3;
  }));
}

TEST_F(SeveralProvidersTest, WhoIsNotActiveIsIgnoredAndNothingIsSaidOfIt) {
  registry_->answer = "[" + entry("a") + "," +
                      entry("b", R"(,"messageProviderActivationDate":"2999-01-01")") + "," +
                      entry("c", R"(,"messageProviderDeactivationDate":"2020-01-01")") + "]";
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_SUCCEEDED) << done.problem();
  EXPECT_THAT(messages(), ElementsAre("nsso/m-a"));
  EXPECT_THAT(eboxes_["b"]->received_after(), IsEmpty());
  EXPECT_EQ(provider("b").standing(), v1::EBOX_PROVIDER_STANDING_NOT_YET_ACTIVE);
  EXPECT_EQ(provider("c").standing(), v1::EBOX_PROVIDER_STANDING_DEACTIVATED);
  EXPECT_THAT(provider("c").note(), HasSubstr("2020-01-01"));
}

TEST_F(SeveralProvidersTest, PlannedMaintenanceIsNotCalledAndSaidSoAndIsNoFailure) {
  start();
  synchronise();
  fail("b");
  synchronise();
  registry_->answer =
      "[" + entry("a") + "," +
      entry(
          "b",
          R"(,"messageProviderPlannedMaintenance":[{"startDate":"2020-01-01T00:00:00Z","endDate":"2999-01-01T00:00:00Z"}])") +
      "]";
  synchronise();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("Provider b is in planned maintenance until 2999"));
  EXPECT_EQ(provider("b").standing(), v1::EBOX_PROVIDER_STANDING_MAINTENANCE);
  EXPECT_TRUE(eventually([&] { return provider("b").consecutive_failures() == 0; }))
      << "what failed before is no trouble now";
  EXPECT_TRUE(provider("b").has_last_success());
}

TEST_F(SeveralProvidersTest, TheVersionChoosesTheDialect) {
  registry_->answer =
      "[" + entry("a", "", "1.6") + "," + entry("b", "", "3.0") + "," + entry("c", "", "7") + "]";
  start();
  const auto off = synchronise();
  EXPECT_EQ(off.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(off.problem(), AllOf(HasSubstr("Provider b speaks 3.0, not enabled"),
                                   HasSubstr("Provider c speaks \"7\"")));
  EXPECT_THAT(messages(), ElementsAre("nsso/m-a"));
  EXPECT_EQ(provider("b").standing(), v1::EBOX_PROVIDER_STANDING_DIALECT_NOT_ENABLED);
  EXPECT_EQ(provider("c").standing(), v1::EBOX_PROVIDER_STANDING_DIALECT_UNKNOWN);
  sync_.reset();
  options_.dialect3 = true;
  start();
  synchronise();
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a", "b/m-b"));
  const std::scoped_lock guard(mutex_);
  EXPECT_EQ(addresses_["nsso"].dialect, upstream::Dialect::v21);
  EXPECT_EQ(addresses_["b"].dialect, upstream::Dialect::v3);
}

TEST_F(SeveralProvidersTest, AnEntryThatCannotBeUsedIsSaidAndTheRestStands) {
  registry_->answer = "[" + entry("a") + R"(,{"messageProviderId":"bad"}])";
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("bad is not called"));
  EXPECT_THAT(messages(), ElementsAre("nsso/m-a"));
  EXPECT_EQ(provider("bad").standing(), v1::EBOX_PROVIDER_STANDING_UNREADABLE);
  EXPECT_THAT(provider("bad").note(), HasSubstr("messageProviderUrl"));
}

TEST_F(SeveralProvidersTest, ARestartWithTheRegistryDownStillKnowsTheProviders) {
  start();
  synchronise();
  sync_.reset();
  store_.reopen();
  registry_->failure = down();
  eboxes_["b"]->add("new", clock_.now_ms());
  start();
  const auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("The registry of providers was not read"));
  EXPECT_THAT(messages(), Contains("b/new"));
  EXPECT_TRUE(eventually([&] {
    return store_.duty(kRegistryDuty).problem().find("nobody there") != std::string::npos;
  }));
}

TEST_F(SeveralProvidersTest, UntilARegistryIsReadTheProviderOfTheSettingsIsUsed) {
  registry_->failure = down();
  start();
  auto done = synchronise();
  EXPECT_EQ(done.state(), v1::OPERATION_STATE_PARTIAL);
  EXPECT_THAT(done.problem(), HasSubstr("known so far are used"));
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a"));
  ASSERT_EQ(status().ebox_providers_size(), 1);
  EXPECT_EQ(status().ebox_providers(0).provider_id(), "nsso");
  EXPECT_FALSE(status().has_ebox_registry_read_at());
  // Its messages keep their identity when the registry comes.
  registry_->failure.reset();
  synchronise();
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a", "b/m-b", "c/m-c"));
}

TEST_F(SeveralProvidersTest, AProviderThatTheRegistryAddsIsSynchronisedAtOnce) {
  registry_->answer = "[" + entry("a") + "]";
  start();
  synchronise();
  registry_->answer = "[" + entry("a") + "," + entry("b") + "]";
  synchronise();
  EXPECT_THAT(messages(), UnorderedElementsAre("nsso/m-a", "b/m-b"));
}

TEST_F(SeveralProvidersTest, AProviderThatIsGoneFromTheRegistryIsNoTroubleAnyMore) {
  fail("b");
  start();
  synchronise();
  EXPECT_TRUE(eventually([&] { return store_.duty("ebox.sync.b").consecutive_failures() > 0; }));
  registry_->answer = "[" + entry("a") + "]";
  synchronise();
  EXPECT_EQ(synchronise().state(), v1::OPERATION_STATE_SUCCEEDED);
  EXPECT_TRUE(eventually([&] {
    clock_.advance(1'000);
    return store_.duty("ebox.sync.b").consecutive_failures() == 0;
  }));
  EXPECT_THAT(status().ebox_providers(), SizeIs(1));
}

TEST_F(SeveralProvidersTest, TheRegistryIsReadAgainByItself) {
  options_.registry_interval_ms = kDay;
  options_.first_delay_ms = 0;
  start();
  EXPECT_TRUE(store_.wait_until([&] { return status().ebox_providers_size() == 3; }));
  const auto first = status().ebox_registry_read_at().unix_ms();
  EXPECT_TRUE(store_.wait_until([&] {
    clock_.advance(kDay / 10);
    return status().ebox_registry_read_at().unix_ms() > first;
  }));
  EXPECT_GE(status().ebox_registry_read_at().unix_ms() - first, kDay * 9 / 10);
}

TEST_F(SeveralProvidersTest, AnAddressThatChangesIsFollowedUnderTheSameIdentity) {
  start();
  synchronise();
  registry_->answer = R"([{"messageProviderId":"b","messageProviderUrl":"https://c.example/v2",
                           "apiSupportedVersion":"2.1"}])";
  synchronise();
  synchronise();
  EXPECT_THAT(messages(), Contains("b/m-c"));
}

}  // namespace
}  // namespace semafoor::mailbox
