// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/text.h"

#include <gtest/gtest.h>

#include "gateway/documents/testing/collected.h"

namespace semafoor::documents {
namespace {

using testing::PieceSource;

Result<TextFacts> facts_of(const std::string& bytes, std::size_t piece = 1 << 20) {
  const PieceSource source(bytes, piece);
  return examine(opener_of(source));
}

Encoding encoding_of(const std::string& bytes, std::size_t piece = 1 << 20) {
  return facts_of(bytes, piece).value().encoding;
}

TEST(Text, EncodingIsFoundOut) {
  EXPECT_EQ(encoding_of("naam"), Encoding::utf8);
  EXPECT_EQ(encoding_of("n\xc3\xa9"), Encoding::utf8);
  EXPECT_EQ(encoding_of("\xef\xbb\xbfnaam"), Encoding::utf8_with_mark);
  EXPECT_EQ(encoding_of("Andr\xe9;Fran\xe7ois"), Encoding::windows_1252);
  EXPECT_EQ(encoding_of("\x80 100"), Encoding::windows_1252);
}

TEST(Text, ACharacterCutByTheBufferIsNoBrokenOne) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += "\xe2\x82\xac\xc3\xa9";
  for (const std::size_t piece : {1U, 2U, 3U, 7U})
    EXPECT_EQ(encoding_of(bytes, piece), Encoding::utf8);
}

TEST(Text, OneLetterOfWindows1252FarBehindTellsTheWholeFile) {
  EXPECT_EQ(encoding_of(std::string(300'000, 'a') + "\xe9"), Encoding::windows_1252);
  EXPECT_EQ(encoding_of(std::string(300'000, 'a') + "\xc3"), Encoding::windows_1252);
}

TEST(Text, AUtf8FileWithABrokenByteStaysUtf8) {
  EXPECT_EQ(encoding_of("\xc3\xa9\xc3\xa8\xc3\xa0 \xff"), Encoding::utf8);
}

TEST(Text, Utf16AndBinaryAreRefused) {
  EXPECT_EQ(facts_of(std::string("\xff\xfe"
                                 "a\0b\0",
                                 6))
                .error()
                .code,
            "text.utf16");
  EXPECT_EQ(facts_of(std::string("a\0b\0c\0d\0", 8)).error().code, "text.binary");
}

TEST(Text, Windows1252BecomesUtf8) {
  std::string text;
  EXPECT_TRUE(decode(Encoding::windows_1252, "Andr\xe9 \x80 \x9c\x8e", text));
  EXPECT_EQ(text, "Andr\xc3\xa9 \xe2\x82\xac \xc5\x93\xc5\xbd");
}

TEST(Text, WhatIsNoCharacterIsSaidAndReplaced) {
  std::string text;
  EXPECT_FALSE(decode(Encoding::windows_1252, "a\x81z", text));
  EXPECT_EQ(text, "a\xef\xbf\xbdz");
  text.clear();
  EXPECT_FALSE(decode(Encoding::utf8, "a\xed\xa0\x80", text));
}

TEST(Text, WhatTheLayoutSaysCountsUnlessThereIsAMark) {
  const PieceSource plain("n\xc3\xa9", 100);
  EXPECT_EQ(examine(opener_of(plain), Encoding::windows_1252).value().encoding,
            Encoding::windows_1252);
  const PieceSource marked("\xef\xbb\xbfn", 100);
  EXPECT_EQ(examine(opener_of(marked), Encoding::windows_1252).value().encoding,
            Encoding::utf8_with_mark);
}

}  // namespace
}  // namespace semafoor::documents
