// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "gateway/os/test_folder.h"
#include "gateway/store/store.h"
#include "gateway/store/testing/engine.h"

namespace semafoor::store {
namespace {

constexpr char kOrg[] = "0212344876";

StoredMessage message(std::int32_t number) {
  StoredMessage stored;
  stored.message.set_message_id(std::to_string(number));
  stored.message.set_provider_id("nsso");
  stored.message.set_provider_message_id("up-" + std::to_string(number));
  stored.message.mutable_received_at()->set_unix_ms(1);
  stored.message.set_family(v1::MESSAGE_FAMILY_OTHER);
  return stored;
}

// The child writes and reports each acknowledged row through a pipe until it is killed in the
// middle.
class StoreKillTest : public ::testing::TestWithParam<std::string> {};

TEST_P(StoreKillTest, WhatWasAcknowledgedSurvivesAKill) {
  const auto folder = os::make_test_folder("store");
  std::string why;
  const auto engine = testing::make_engine(GetParam(), folder, why);
  if (!engine) GTEST_SKIP() << why;
  int acknowledged[2];
  ASSERT_EQ(pipe(acknowledged), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto opened = engine->open({});
    if (!opened) _exit(1);
    for (std::int32_t i = 0;; ++i) {
      const auto done = (*opened)->write_and_wait([i](Transaction& tx) {
        auto stored = message(i);
        return tx.put_message(kOrg, stored, "message.stored");
      });
      if (!done || ::write(acknowledged[1], &i, sizeof i) != sizeof i) _exit(1);
    }
  }
  std::int32_t last = -1;
  while (last < 40)
    ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(acknowledged[1]);
  for (std::int32_t more = 0; ::read(acknowledged[0], &more, sizeof more) == sizeof more;)
    last = more;
  close(acknowledged[0]);
  auto opened = engine->open({});
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  for (std::int32_t i = 0; i <= last; ++i) {
    bool there = false;
    const auto read = (*opened)->read([&](Reader& reader) -> Result<void> {
      auto found = reader.message(kOrg, std::to_string(i));
      if (!found) return std::move(found).error();
      there = found->has_value();
      return {};
    });
    EXPECT_TRUE(read.ok() && there) << i;
  }
  opened->reset();
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreKillTest, ::testing::ValuesIn(testing::engine_names()),
                         [](const auto& entry) { return entry.param; });

}  // namespace
}  // namespace semafoor::store
