// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/zip.h"

#include <gtest/gtest.h>

#include "gateway/documents/testing/collected.h"
#include "gateway/documents/testing/zip_file.h"

namespace semafoor::documents {
namespace {

using testing::PieceSource;
using testing::TestMember;
using testing::zip_of;

std::string opening(const std::string& bytes, const ZipLimits& limits = {}) {
  const MemorySource source(bytes);
  const auto archive = ZipArchive::open(source, limits);
  return archive.ok() ? "" : archive.error().code;
}

// The bytes of its first member, or "!code".
std::string first_of(const std::string& bytes, std::size_t piece = 1 << 20) {
  const PieceSource source(bytes, piece);
  const auto archive = ZipArchive::open(source);
  if (!archive) return "!" + archive.error().code;
  auto stream = archive->read(archive->members().at(0));
  if (!stream) return "!" + stream.error().code;
  std::string text;
  std::vector<char> some(1000);
  for (;;) {
    const auto got = (*stream)->read(some);
    if (!got) return "!" + got.error().code;
    if (*got == 0) return text;
    text.append(some.data(), *got);
  }
}

std::string noise(std::size_t size) {
  std::string bytes;
  std::uint32_t state = 1;
  while (bytes.size() < size) {
    state = state * 1664525 + 1013904223;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

TEST(Zip, StoredAndDeflatedMembersComeBack) {
  for (const std::size_t size : {0U, 1U, 999U, 1000U, 70'000U, 300'000U}) {
    const std::string bytes = noise(size);
    EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = bytes, .deflated = true}})), bytes) << size;
    EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = bytes, .deflated = false}})), bytes) << size;
  }
  const std::string same(200'000, 'a');
  EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = same}}), 3), same);
  EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = "b"}}, "a comment PK\x05\x06 with a mark")),
            "b");
}

TEST(Zip, NamesThatLeadOutsideAreRefused) {
  for (const auto* name : {"../a", "a/../../b", "/etc/passwd", "\\a", "a\\..\\b", "C:a", ""})
    EXPECT_EQ(opening(zip_of({{.name = name, .bytes = "x"}})), "zip.name") << name;
  for (const auto* name : {"a", "a/b.txt", "..a/b..", "caf\xe9.txt"})
    EXPECT_EQ(opening(zip_of({{.name = name, .bytes = "x"}})), "") << name;
}

TEST(Zip, EncryptedAndUnknownMethodsAreRefused) {
  EXPECT_EQ(opening(zip_of({{.name = "a", .bytes = "x", .flags = 1}})), "zip.encrypted");
  EXPECT_EQ(opening(zip_of({{.name = "a", .bytes = "x", .flags = 0x2000}})), "zip.encrypted");
  EXPECT_EQ(opening(zip_of({{.name = "a", .bytes = "x", .method = 99}})), "zip.encrypted");
  EXPECT_EQ(opening(zip_of({{.name = "a", .bytes = "x", .method = 12}})), "zip.unsupported");
}

TEST(Zip, BombsAreRefusedBeforeAByteIsInflated) {
  const TestMember zeros{.name = "a", .bytes = std::string(8 << 20, '0')};
  EXPECT_EQ(opening(zip_of({zeros})), "zip.too_large");
  EXPECT_EQ(opening(zip_of({zeros}), {.ratio = 2000}), "");
  EXPECT_EQ(opening(zip_of({zeros}), {.member_bytes = 1 << 20, .ratio = 2000}), "zip.too_large");
  EXPECT_EQ(opening(zip_of({zeros, zeros}), {.total_bytes = 9 << 20, .ratio = 2000}),
            "zip.too_large");
  std::vector<TestMember> many(1001, {.name = "a", .bytes = ""});
  EXPECT_EQ(opening(zip_of(many)), "zip.too_large");
  many.pop_back();
  EXPECT_EQ(opening(zip_of(many)), "");
  EXPECT_EQ(opening(zip_of(many), {.directory_bytes = 10'000}), "zip.too_large");
}

TEST(Zip, AMemberThatIsLargerThanItSaysGivesNoMoreThanItSaid) {
  EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = std::string(100'000, 'a'), .size_off = -1}})),
            "!zip.malformed");
  EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = "abc", .size_off = 1}})), "!zip.malformed");
}

TEST(Zip, AWrongChecksumIsAnError) {
  for (const bool deflated : {true, false})
    EXPECT_EQ(first_of(zip_of({{.name = "a", .bytes = "abc", .deflated = deflated, .crc_off = 1}})),
              "!zip.checksum");
}

TEST(Zip, MembersThatShareBytesAreRefused) {
  std::string bytes = zip_of({{.name = "a", .bytes = "abc"}, {.name = "b", .bytes = "abc"}});
  // The second entry of the directory names the first one's place.
  const std::size_t second = bytes.rfind("PK\x01\x02");
  bytes.replace(second + 42, 4, std::string(4, '\0'));
  EXPECT_EQ(opening(bytes), "zip.malformed");
}

TEST(Zip, WhatIsCutOrChangedAnywhereNeverCrashesNorGivesOtherBytes) {
  const std::string text = noise(300) + std::string(700, 'x');
  const std::string whole = zip_of({{.name = "a.txt", .bytes = text}});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_NE(opening(whole.substr(0, i)), "") << i;
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    const std::string read = first_of(changed);
    EXPECT_TRUE(read.starts_with('!') || read == text) << i;
  }
}

}  // namespace
}  // namespace semafoor::documents
