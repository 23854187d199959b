// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/url.h"

#include <gtest/gtest.h>

namespace semafoor::upstream {
namespace {

TEST(PercentEncoding, OnlyUnreservedCharactersStay) {
  EXPECT_EQ(percent_encoded("aZ9-._~"), "aZ9-._~");
  EXPECT_EQ(percent_encoded("a/b c?é"), "a%2Fb%20c%3F%C3%A9");
}

TEST(QueryString, EmptyValuesAreLeftOut) {
  EXPECT_EQ(query_string({{"page", "1"}, {"q", ""}, {"cursor", "a&b"}}), "?page=1&cursor=a%26b");
  EXPECT_EQ(query_string({{"q", ""}}), "");
}

TEST(ShownUrl, HasNeitherUserNorQuery) {
  EXPECT_EQ(shown_url("https://user:secret@host:8443/a/b?token=1#x"), "https://host:8443/a/b");
  EXPECT_EQ(shown_url("https://host/a@b"), "https://host/a@b");
}

TEST(BaseUrl, TrailingSlashGoes) {
  EXPECT_EQ(checked_base_url("https://host/a//", "x").value(), "https://host/a");
}

TEST(BaseUrl, ClearHttpIsForThisMachineOnly) {
  for (const char* url : {"http://127.0.0.1:80/a", "http://localhost", "http://[::1]:8080/a",
                          "https://elsewhere.example"}) {
    EXPECT_TRUE(checked_base_url(url, "x").ok()) << url;
  }
  for (const char* url : {"http://elsewhere.example", "http://127.example.org/", "ftp://localhost",
                          "http://localhost@elsewhere.example/", "https://", "https://a/?b=c", "",
                          "http://localhost.example/"}) {
    const Result<std::string> result = checked_base_url(url, "token_endpoint");
    ASSERT_FALSE(result.ok()) << url;
    EXPECT_EQ(result.error().code, "upstream.bad_url");
    EXPECT_NE(result.error().message.find("token_endpoint"), std::string::npos);
  }
}

TEST(PathUnder, OnlyBelowTheBaseOfTheSameHost) {
  const std::string base = "https://host/registry/v2";
  EXPECT_EQ(path_under(base, "https://host/registry/v2/ebox/x"), "/ebox/x");
  EXPECT_EQ(path_under(base, "/registry/v2/ebox/x"), "/ebox/x");
  for (const char* href : {"https://evil.example/registry/v2/ebox/x", "//evil.example/ebox",
                           "https://host/registry/v20/x", "https://host/registry/v2", "ebox/x", "",
                           "http://host/registry/v2/ebox/x"}) {
    EXPECT_EQ(path_under(base, href), "") << href;
  }
}

}  // namespace
}  // namespace semafoor::upstream
