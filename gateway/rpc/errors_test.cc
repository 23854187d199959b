// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/errors.h"

#include <gtest/gtest.h>

#include "gateway/rpc/requests.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::rpc {
namespace {

TEST(ErrorMapping, EveryKindIsTheGrpcCodeOfItsNumber) {
  for (int kind = 1; kind <= 16; ++kind) {
    grpc::CallbackServerContext context;
    const auto status =
        to_status(failure(static_cast<ErrorKind>(kind), "a.b", "text"), "c", context);
    EXPECT_EQ(static_cast<int>(status.error_code()), kind);
    EXPECT_EQ(status.error_message(), "text");
  }
}

TEST(ErrorMapping, DetailsCarryWhatTheErrorKnows) {
  Error error = failure(ErrorKind::unavailable, "upstream.throttled", "Wait.");
  error.retryable = true;
  error.retry_after_ms = 30'000;
  error.upstream_status = 429;
  error.field = "items[2].code";
  const auto detail = detail_of(error, "abc");
  EXPECT_EQ(detail.code(), "upstream.throttled");
  EXPECT_EQ(detail.message_key(), "upstream.throttled");
  EXPECT_TRUE(detail.retryable());
  EXPECT_EQ(detail.retry_after_ms(), 30'000);
  EXPECT_EQ(detail.correlation_id(), "abc");
  EXPECT_EQ(detail.field(), "items[2].code");
  EXPECT_EQ(detail.domain(), "upstream");
  EXPECT_EQ(detail.facts().at("upstream_status"), "429");
  EXPECT_EQ(detail.status(), 0);
}

TEST(ErrorMapping, FinerStatusesOfTheAbiComeFromTheCode) {
  const std::pair<const char*, int> kCases[] = {{"feedback.conflict", 107},
                                                {"events.cursor_expired", 108},
                                                {"module.disabled", 109},
                                                {"events.consumer_busy", 111}};
  for (const auto& [code, status] : kCases)
    EXPECT_EQ(detail_of(failure(ErrorKind::aborted, code, ""), "").status(), status) << code;
  Error own = failure(ErrorKind::aborted, "x.y", "");
  own.abi_status = 104;
  EXPECT_EQ(detail_of(own, "").status(), 104);
}

TEST(ErrorMapping, EveryErrorHasATextInFourLanguagesAndUnknownRetryIsMinusOne) {
  for (int kind = 1; kind <= 16; ++kind) {
    const auto detail = detail_of(failure(static_cast<ErrorKind>(kind), "no.such", ""), "");
    EXPECT_FALSE(detail.text().nl().empty());
    EXPECT_FALSE(detail.text().fr().empty());
    EXPECT_FALSE(detail.text().de().empty());
    EXPECT_FALSE(detail.text().en().empty());
    EXPECT_EQ(detail.retry_after_ms(), -1);
  }
  EXPECT_NE(detail_of(failure(ErrorKind::not_found, "organisation.unknown", ""), "").text().nl(),
            detail_of(failure(ErrorKind::not_found, "no.such", ""), "").text().nl());
}

TEST(ErrorMapping, NationalNumbersAndLongTextsDoNotGetOut) {
  grpc::CallbackServerContext context;
  const auto masked =
      to_status(failure(ErrorKind::internal, "a.b", "person 85073003328 failed"), "c", context);
  EXPECT_EQ(masked.error_message(), "person xxxxxxxxxxx failed");
  std::string text;
  while (text.size() < 5000) text += "é";
  const auto cut = to_status(failure(ErrorKind::internal, "a.b", "x" + text), "c", context);
  EXPECT_LE(cut.error_message().size(), 1024U);
  EXPECT_TRUE(cut.error_message().ends_with("é")) << "not cut inside a letter";
}

TEST(Requests, PageSizesAreBounded) {
  EXPECT_EQ(*page_size(0, 50, 200), 50);
  EXPECT_EQ(*page_size(200, 50, 200), 200);
  EXPECT_EQ(page_size(201, 50, 200).error().field, "pageSize");
  EXPECT_FALSE(page_size(-1, 50, 200).ok());
}

TEST(Requests, APageTokenBelongsToItsFilters) {
  v1::ListMessagesRequest one;
  one.set_search("loon");
  v1::ListMessagesRequest two;
  two.set_search("brief");
  const std::string token = write_page_token({42, "a.b.c"}, filter_hash(one));
  const auto back = read_page_token(token, filter_hash(one));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ((*back)->changed, 42);
  EXPECT_EQ((*back)->position, "a.b.c");
  EXPECT_EQ(read_page_token(token, filter_hash(two)).error().field, "pageToken");
  for (const char* garbage : {"x", ".", "..", "1.2", "1.x.y"})
    EXPECT_FALSE(read_page_token(garbage, filter_hash(one)).ok()) << garbage;
  EXPECT_FALSE(read_page_token("", filter_hash(one))->has_value());
}

TEST(Requests, CursorsAreNumbers) {
  EXPECT_EQ(**read_cursor("17", "after"), 17);
  EXPECT_FALSE(read_cursor("", "after")->has_value());
  for (const char* garbage : {"-1", "1x", " 1", "99999999999999999999"})
    EXPECT_EQ(read_cursor(garbage, "after").error().field, "after") << garbage;
}

TEST(Requests, DatesAreChecked) {
  v1::Date date;
  EXPECT_FALSE(day_of(true, date, "d")->has_value());
  date.set_year(2024);
  date.set_month(2);
  date.set_day(29);
  EXPECT_EQ(**day_of(true, date, "d"), 20240229);
  date.set_year(2023);
  EXPECT_EQ(day_of(true, date, "d").error().field, "d");
  date.set_month(13);
  EXPECT_FALSE(day_of(true, date, "d").ok());
  EXPECT_FALSE(day_of(false, date, "d")->has_value());
}

}  // namespace
}  // namespace semafoor::rpc
