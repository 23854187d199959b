// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "plugins/kit/testing/plugin_fixture.h"

namespace semafoor::kit::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kPull[] = "/semafoor.v1.Modules/PullEvents";
constexpr char kAcknowledge[] = "/semafoor.v1.Modules/AcknowledgeEvents";

v1::Event event(int sequence) {
  v1::Event event;
  event.set_sequence(sequence);
  event.set_event_id("e" + std::to_string(sequence));
  event.set_type("message.stored");
  event.set_subject_id("m" + std::to_string(sequence));
  event.set_subject_version(1);
  event.mutable_time()->set_unix_ms(1000 + sequence);
  event.set_cursor(std::to_string(sequence));
  return event;
}

v1::PullEventsRequest pull_request(const Seen& seen) {
  v1::PullEventsRequest request;
  EXPECT_TRUE(request.ParseFromString(seen.request));
  return request;
}

class EventQueueTest : public PluginTest {
 protected:
  EventQueueTest() {
    // As the gateway does: what comes after the cursor that was asked for, two at a time.
    gateway_.on(kPull, [this](const Seen& seen) {
      const auto request = pull_request(seen);
      const int after = request.after().empty() ? acknowledged_ : std::stoi(request.after());
      v1::PullEventsResponse response;
      for (int i = after + 1; i <= last_ && i <= after + 2; ++i) *response.add_events() = event(i);
      return Outcome{.bytes = response.SerializeAsString()};
    });
    gateway_.on(kAcknowledge, [this](const Seen& seen) {
      v1::AcknowledgeEventsRequest request;
      EXPECT_TRUE(request.ParseFromString(seen.request));
      acknowledged_ = std::stoi(request.cursor());
      return Outcome{};
    });
  }
  // The event's subject; empty when there is none.
  std::string next() {
    const semafoor_event* got = nullptr;
    const auto& table = extension<semafoor_events_v1>(SEMAFOOR_EXT_EVENTS);
    note([&](auto** error) { return table.next(instance_, 0, &got, error); });
    if (got == nullptr) return {};
    const std::string subject(view_of(got->subject_id));
    cursor_ = std::string(view_of(got->cursor));
    body_ = std::string(view_of(got->body));
    got->release(got);
    return subject;
  }
  semafoor_status acknowledge(std::string_view cursor) {
    const semafoor_span span = span_of(cursor);
    const auto& table = extension<semafoor_events_v1>(SEMAFOOR_EXT_EVENTS);
    return note([&](auto** error) { return table.ack(instance_, &span, error); });
  }

  int last_ = 3;
  int acknowledged_ = 0;
  int refusals_ = 0;
  std::string cursor_;
};

TEST_F(EventQueueTest, EventsComeInOrderAndThenThereAreNone) {
  EXPECT_EQ(next(), "m1");
  EXPECT_THAT(body_, HasSubstr(R"("type":"message.stored")"));
  EXPECT_EQ(next(), "m2");
  EXPECT_EQ(next(), "m3");
  EXPECT_EQ(next(), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_E_AGAIN);
  last_ = 4;
  EXPECT_EQ(next(), "m4") << "none is not the end";
}

TEST_F(EventQueueTest, WhatWasNotAcknowledgedComesAgainToTheNextInstance) {
  EXPECT_EQ(next(), "m1");
  ASSERT_EQ(acknowledge(cursor_), SEMAFOOR_OK);
  EXPECT_EQ(next(), "m2");
  make(R"({"organisation":"0212344876"})");
  EXPECT_EQ(next(), "m2");
}

TEST_F(EventQueueTest, TheQueueIsNamedAndGivenBackAtTheStop) {
  make(R"({"organisation":"0212344876","consumer":"suite/1"})");
  EXPECT_EQ(next(), "m1");
  remove();
  const auto seen = gateway_.seen(kPull);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(pull_request(seen[0]).consumer(), "suite/1");
  EXPECT_FALSE(pull_request(seen[0]).holder().empty());
  EXPECT_TRUE(pull_request(seen[1]).release());
  EXPECT_EQ(pull_request(seen[1]).holder(), pull_request(seen[0]).holder());
}

TEST_F(EventQueueTest, AQueueThatSomebodyElseHoldsIsSaidAndLaterServed) {
  Outcome busy{.status = SEMAFOOR_FAILED_PRECONDITION, .message = "Another instance holds it."};
  busy.detail.set_status(SEMAFOOR_E_CONSUMER_BUSY);
  busy.detail.set_code("events.consumer_busy");
  gateway_.on(kPull, [this, busy](const Seen&) {
    v1::PullEventsResponse response;
    *response.add_events() = event(1);
    return ++refusals_ == 1 ? busy : Outcome{.bytes = response.SerializeAsString()};
  });
  EXPECT_EQ(next(), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_E_CONSUMER_BUSY);
  EXPECT_EQ(next(), "m1");
}

TEST_F(EventQueueTest, AfterAnExpiredCursorItGoesOnFromTheAcknowledgedPosition) {
  EXPECT_EQ(next(), "m1");
  EXPECT_EQ(next(), "m2");
  Outcome expired{.status = SEMAFOOR_OUT_OF_RANGE, .message = "The log does not hold it."};
  expired.detail.set_status(SEMAFOOR_E_CURSOR_EXPIRED);
  expired.detail.set_code("events.cursor_expired");
  gateway_.on(kPull, [this, expired](const Seen& seen) {
    if (++refusals_ == 1) {
      EXPECT_EQ(pull_request(seen).after(), "2");
      return expired;
    }
    EXPECT_EQ(pull_request(seen).after(), "");
    v1::PullEventsResponse response;
    *response.add_events() = event(1);
    return Outcome{.bytes = response.SerializeAsString()};
  });
  EXPECT_EQ(next(), "");
  EXPECT_EQ(problem_.status, SEMAFOOR_E_CURSOR_EXPIRED);
  EXPECT_EQ(next(), "m1");
}

TEST_F(EventQueueTest, NullsAreRefused) {
  const auto& table = extension<semafoor_events_v1>(SEMAFOOR_EXT_EVENTS);
  const semafoor_event* got = nullptr;
  EXPECT_EQ(table.next(nullptr, 0, &got, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table.next(instance_, 0, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(table.ack(instance_, nullptr, nullptr), SEMAFOOR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace semafoor::kit::testing
