// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/json/slices.h"

namespace semafoor::upstream {
namespace {

using ::testing::ElementsAre;

TEST(JsonSlices, ElementsStayAsTheyCame) {
  const auto elements = array_elements(R"( [ {"b":1.50, "a":"],}\"" } ,2, "x,y", [1,[2]] ,null] )");
  ASSERT_TRUE(elements.has_value());
  EXPECT_THAT(*elements,
              ElementsAre(R"({"b":1.50, "a":"],}\"" })", "2", R"("x,y")", "[1,[2]]", "null"));
  EXPECT_THAT(array_elements("[]").value(), ElementsAre());
}

TEST(JsonSlices, MembersByName) {
  const auto members = object_members(R"({"items":[{"x":{}}],"totalItems": 3 ,"n\"x":"}"})");
  ASSERT_TRUE(members.has_value());
  EXPECT_EQ(members->at("items"), R"([{"x":{}}])");
  EXPECT_EQ(members->at("totalItems"), "3");
  EXPECT_EQ(members->size(), 3u);
  EXPECT_TRUE(object_members("{}").value().empty());
}

TEST(JsonSlices, BrokenTextIsRefused) {
  for (const char* text : {"", "[", "[1", "[1,]", "[1]x", "{}", "[}", "[{]", "[\"a]", "[1}", "[,]",
                           "[\"\\\"]", "null", "[{\"a\":[}]"}) {
    EXPECT_FALSE(array_elements(text).has_value()) << text;
  }
  for (const char* text : {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[]",
                           "{\"a\":1}{", "{\"a\":1", "<html>"}) {
    EXPECT_FALSE(object_members(text).has_value()) << text;
  }
}

TEST(JsonSlices, DepthIsBounded) {
  const std::string shallow = "[" + std::string(60, '[') + std::string(60, ']') + "]";
  const std::string deep = "[" + std::string(100'000, '[') + std::string(100'000, ']') + "]";
  EXPECT_TRUE(array_elements(shallow).has_value());
  EXPECT_FALSE(array_elements(deep).has_value());
}

TEST(Base64, UrlFormOfRfc4648) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Base64, BothAlphabetsAndPaddingAreRead) {
  EXPECT_EQ(base64_decoded("-_8"), "\xfb\xff");
  EXPECT_EQ(base64_decoded("+/8="), "\xfb\xff");
  EXPECT_EQ(base64_decoded("Zm9v"), "foo");
  EXPECT_EQ(base64_decoded("Z"), std::nullopt);
  EXPECT_EQ(base64_decoded("Zm 9v"), std::nullopt);
}

TEST(Digest, Sha256OfRfc6234) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(WholeElements, WhereverItBreaksOffOnlyWholeElementsAreLeft) {
  const std::string whole = R"([{"a":"]"},12,"x\"y",[1,2]])";
  EXPECT_EQ(whole_elements(whole), array_elements(whole).value());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length);
    const auto elements = whole_elements(cut);
    EXPECT_LE(elements.size(), 4U);
    for (std::size_t i = 0; i < elements.size(); ++i) {
      EXPECT_EQ(elements[i], array_elements(whole).value()[i]) << length;
    }
  }
  EXPECT_EQ(whole_elements("[12").size(), 0U) << "perhaps the beginning of 123";
  EXPECT_EQ(whole_elements(R"({"a":1})").size(), 0U);
  EXPECT_EQ(whole_elements("[]").size(), 0U);
}

}  // namespace
}  // namespace semafoor::upstream
