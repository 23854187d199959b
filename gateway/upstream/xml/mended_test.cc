// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/mended.h"

#include <gtest/gtest.h>

#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::xml {
namespace {

constexpr char kWhole[] =
    "<?xml version='1.0'?><!-- a > b --><s:E xmlns:s='urn:s'><s:B at='>'><message><n>1</n>"
    "</message><message><n>2</n><empty/></message><x><![CDATA[</message>]]></x></s:B></s:E>";

int messages_in(const Result<Document>& document) {
  int count = 0;
  for (const Element& one : document->root().with_descendants()) count += one.is("", "message");
  return count;
}

TEST(Mended, WhatIsWholeStaysAsItIs) {
  EXPECT_EQ(mended(kWhole, "message"), kWhole);
  EXPECT_EQ(mended(kWhole, ""), kWhole);
  EXPECT_EQ(mended("<a/>", "message"), "<a/>");
}

TEST(Mended, WhereverItBreaksOffOnlyWholeElementsAreLeft) {
  const std::string whole = kWhole;
  const std::size_t first = whole.find("</message>") + 10;
  const std::size_t second = whole.find("</message>", first) + 10;
  for (std::size_t length = first; length < whole.size(); ++length) {
    const auto document = read(mended(whole.substr(0, length), "message"));
    ASSERT_TRUE(document.ok()) << length << ": " << document.error().message;
    EXPECT_EQ(messages_in(document), length < second ? 1 : 2) << length;
  }
  for (std::size_t length = 0; length < first; ++length) {
    EXPECT_FALSE(read(mended(whole.substr(0, length), "message")).ok()) << length;
  }
}

TEST(Mended, TextKeepsItsWholeCharacters) {
  EXPECT_EQ(mended("<a><b>caf\xc3", ""), "<a><b>caf</b></a>");
  EXPECT_EQ(mended("<a><b>caf\xc3\xa9", ""), "<a><b>caf\xc3\xa9</b></a>");
  EXPECT_EQ(mended("<a>1 &lt; 2 &am", ""), "<a>1 &lt; 2 </a>");
  EXPECT_EQ(mended("<a>1 &amp;", ""), "<a>1 &amp;</a>");
  EXPECT_EQ(mended("<a>t<b", ""), "<a>t</a>");
  EXPECT_EQ(mended("<a><![CDATA[<x>&y]]", ""), "<a><![CDATA[<x>&y]]></a>");
  EXPECT_EQ(mended("<a><![CDATA[\xe2\x82", ""), "<a><![CDATA[]]></a>");
}

TEST(Mended, DepthIsBounded) {
  std::string deep;
  for (int i = 0; i < 400'000; ++i) deep += "<message>";
  EXPECT_EQ(mended(deep, ""), deep) << "at once";
  EXPECT_FALSE(read(mended(deep, "message")).ok());
}

TEST(Mended, WhateverItIsItComesToAnEnd) {
  for (const char* odd : {"", "<", "<!", "<!DOCTYPE a [", "</a>", "<a", "<a b='", "text",
                          "<![CDATA[", "<?", "<!--", "</", "<>", "<a></a></a>"}) {
    EXPECT_FALSE(read(mended(odd, "message")).ok()) << odd;
    EXPECT_FALSE(read(mended(odd, "")).ok()) << odd;
  }
}

}  // namespace
}  // namespace semafoor::upstream::xml
