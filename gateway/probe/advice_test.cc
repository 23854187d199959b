// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace semafoor::probe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Advice, NamesTheSettingOrThePlaceThatMendsIt) {
  EXPECT_THAT(advice_for("token", "upstream.tls_unknown_ca"), HasSubstr("ca_file"));
  EXPECT_THAT(advice_for("token", "upstream.dns"), HasSubstr("[upstream]"));
  EXPECT_THAT(advice_for("token", "upstream.proxy"), HasSubstr("proxy_credentials_file"));
  EXPECT_THAT(advice_for("token", "upstream.token_refused"), HasSubstr("ChaMan"));
  EXPECT_THAT(advice_for("token", "clock.wrong"), HasSubstr("timedatectl"));
  EXPECT_THAT(advice_for("token", "vault.key_unreadable"), HasSubstr("chmod 600"));
  EXPECT_THAT(advice_for("ebox:nsso", "upstream.missing_permission"), HasSubstr("Mahis"));
  EXPECT_THAT(advice_for("ebox:nsso", "upstream.missing_scope"), HasSubstr("Document Consumer"));
}

TEST(Advice, OfTheMutationsIsNotThatOfTheEbox) {
  for (const char* code :
       {"upstream.missing_scope", "upstream.missing_permission", "upstream.forbidden"}) {
    EXPECT_THAT(advice_for("mutations", code), HasSubstr("POD MI")) << code;
    EXPECT_THAT(advice_for("ebox:nsso", code), Not(HasSubstr("POD MI"))) << code;
  }
}

TEST(Advice, OneCodeIsNotTheBeginningOfAnother) {
  EXPECT_NE(advice_for("token", "upstream.tls"), advice_for("token", "upstream.tls_expired"));
  EXPECT_THAT(advice_for("token", "vault.something_new"), HasSubstr("semafoor-gateway check"));
}

TEST(Advice, IsNeverEmpty) {
  EXPECT_THAT(advice_for("", "something.new"), HasSubstr("something.new"));
  EXPECT_FALSE(advice_for("", "").empty());
}

}  // namespace
}  // namespace semafoor::probe
