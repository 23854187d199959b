// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/library_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host-shim/testing/temporary_folder.h"

namespace semafoor::loader {
namespace {

using ::testing::HasSubstr;

// A minimal 64-bit little-endian ELF header of a shared object, without tables.
std::string elf(uint16_t machine, char file_class = 2, uint16_t type = 3) {
  std::string bytes(64, '\0');
  bytes.replace(0, 4, "\x7f\x45\x4c\x46");
  bytes[4] = file_class;
  bytes[5] = 1;
  bytes[16] = static_cast<char>(type);
  bytes[18] = static_cast<char>(machine & 0xff);
  bytes[19] = static_cast<char>(machine >> 8);
  return bytes;
}

constexpr Platform kPlatform{"linux-x64", 62, 2};

class LibraryFile : public ::testing::Test {
 protected:
  Problem refused(const std::string& content) {
    auto outcome = check_library_file(folder_.write("x.so", content), kPlatform);
    EXPECT_FALSE(outcome);
    return outcome ? Problem{} : outcome.problem();
  }
  semafoor::testing::TemporaryFolder folder_;
};

TEST_F(LibraryFile, OfThisSystemPasses) {
  EXPECT_TRUE(check_library_file(folder_.write("x.so", elf(62)), kPlatform));
}

TEST_F(LibraryFile, ThatIsMissingIsSaidToBeMissing) {
  auto outcome = check_library_file(folder_.path() / "absent.so", kPlatform);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.problem().code, "shim.library_missing");
  EXPECT_EQ(outcome.problem().status, SEMAFOOR_NOT_FOUND);
}

TEST_F(LibraryFile, ForAnotherProcessorIsNamed) {
  const Problem problem = refused(elf(183));
  EXPECT_EQ(problem.code, "shim.wrong_architecture");
  EXPECT_THAT(problem.message, HasSubstr("arm64"));
  EXPECT_THAT(refused(elf(3, 1)).message, HasSubstr("x86 (32-bit)"));
}

TEST_F(LibraryFile, ForWindowsIsNamed) {
  std::string pe(256, '\0');
  pe.replace(0, 2, "MZ");
  pe[60] = static_cast<char>(128);
  pe.replace(128, 2, "PE");
  pe[132] = 0x64;
  pe[133] = static_cast<char>(0x86);
  EXPECT_THAT(refused(pe).message, HasSubstr("Windows on x86-64"));
  EXPECT_THAT(refused(pe.substr(0, 100)).message, HasSubstr("made for Windows"));
  // An offset that leads out of the file.
  pe[60] = pe[61] = pe[62] = pe[63] = static_cast<char>(0xff);
  EXPECT_THAT(refused(pe).message, HasSubstr("made for Windows"));
}

TEST(WindowsLibraryFile, IsReadAsThoroughly) {
  const semafoor::testing::TemporaryFolder folder;
  constexpr Platform kWindows{"windows-x64", 0x8664, 2, LibraryFormat::pe};
  std::string pe(512, '\0');
  pe.replace(0, 2, "MZ");
  pe[60] = static_cast<char>(128);
  pe.replace(128, 2, "PE");
  pe[132] = 0x64;
  pe[133] = static_cast<char>(0x86);
  pe[134] = 1;           // one section
  pe[151] = 0x20;        // a DLL
  pe[152 + 17] = 1;      // 256 bytes of it
  pe[152 + 20 + 1] = 1;  // from byte 256
  EXPECT_TRUE(check_library_file(folder.write("x.dll", pe), kWindows));
  const auto refused = [&](const std::string& content) {
    const auto outcome = check_library_file(folder.write("x.dll", content), kWindows);
    return outcome ? std::string() : outcome.problem().code;
  };
  EXPECT_EQ(refused(pe.substr(0, 511)), "shim.library_truncated");
  EXPECT_EQ(refused(pe.substr(0, 160)), "shim.library_truncated");
  EXPECT_EQ(refused(pe.substr(0, 100)), "shim.library_truncated");
  EXPECT_EQ(refused(elf(62)), "shim.wrong_architecture");
  std::string other = pe;
  other[132] = 0x4c;
  other[133] = 1;
  EXPECT_EQ(refused(other), "shim.wrong_architecture");
  other = pe;
  other[151] = 0;
  EXPECT_EQ(refused(other), "shim.not_a_library");
}

TEST_F(LibraryFile, CutShortIsSaidToBeCutShort) {
  EXPECT_EQ(refused("").code, "shim.library_truncated");
  EXPECT_EQ(refused(elf(62).substr(0, 40)).code, "shim.library_truncated");
  std::string tables = elf(62);
  tables[41] = 0x10;  // the section headers would begin at byte 4096
  EXPECT_EQ(refused(tables).code, "shim.library_truncated");
}

TEST_F(LibraryFile, ThatIsSomethingElse) {
  EXPECT_EQ(refused("#!/bin/sh\n").code, "shim.not_a_library");
  EXPECT_EQ(refused(elf(62, 2, 1)).code, "shim.not_a_library");
  EXPECT_EQ(check_library_file(folder_.path(), kPlatform).problem().code, "shim.not_a_library");
}

TEST_F(LibraryFile, WithAnotherDigestIsRefused) {
  const auto path = folder_.write("x.so", "abc");
  EXPECT_TRUE(
      check_digest(path, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  auto outcome = check_digest(path, std::string(64, '0'));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.problem().code, "shim.wrong_hash");
  EXPECT_THAT(outcome.problem().message, HasSubstr("ba7816bf8f01"));
}

}  // namespace
}  // namespace semafoor::loader
