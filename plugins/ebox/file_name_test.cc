// SPDX-License-Identifier: Apache-2.0
#include "plugins/ebox/file_name.h"

#include <gtest/gtest.h>

namespace semafoor::ebox {
namespace {

TEST(HarmlessName, KeepsAnOrdinaryName) {
  EXPECT_EQ(harmless_name("Maandstaat été.pdf"), "Maandstaat été.pdf");
}

TEST(HarmlessName, LeavesNoFolder) {
  EXPECT_EQ(harmless_name("../../x"), "x");
  EXPECT_EQ(harmless_name("/etc/passwd"), "passwd");
  EXPECT_EQ(harmless_name("C:\\Windows\\x.dll"), "x.dll");
  EXPECT_EQ(harmless_name(".."), "attachment");
  EXPECT_EQ(harmless_name(""), "attachment");
  EXPECT_EQ(harmless_name("a/"), "attachment");
}

TEST(HarmlessName, CutsALongNameAndKeepsItsExtension) {
  const std::string cut = harmless_name(std::string(300, 'a') + ".pdf");
  EXPECT_EQ(cut.size(), 200U);
  EXPECT_EQ(cut.substr(196), ".pdf");
  std::string accents;
  for (int i = 0; i < 150; ++i) accents += "é";
  EXPECT_LE(harmless_name(accents).size(), 200U);
}

TEST(HarmlessName, TakesNoControlCharactersDevicesOrHiddenFiles) {
  EXPECT_EQ(harmless_name(std::string("a\0b.pdf", 7)), "a_b.pdf");
  EXPECT_EQ(harmless_name("x\r\ny.pdf"), "x__y.pdf");
  EXPECT_EQ(harmless_name("con.txt"), "_con.txt");
  EXPECT_EQ(harmless_name("LPT1"), "_LPT1");
  EXPECT_EQ(harmless_name(".bashrc"), "bashrc");
  EXPECT_EQ(harmless_name("a:b?.txt"), "a_b_.txt");
  EXPECT_EQ(harmless_name("name. . "), "name");
  EXPECT_EQ(harmless_name("\xff\xfe"), "attachment");
}

TEST(Numbered, TheNumberStandsBeforeTheExtension) {
  EXPECT_EQ(numbered("letter.pdf", 2), "letter (2).pdf");
  EXPECT_EQ(numbered("letter", 3), "letter (3)");
}

TEST(OneComponent, IsWhatWouldNotBeChanged) {
  EXPECT_TRUE(is_one_component("letter.pdf"));
  EXPECT_FALSE(is_one_component("a/b"));
  EXPECT_FALSE(is_one_component(".."));
  EXPECT_FALSE(is_one_component(""));
}

}  // namespace
}  // namespace semafoor::ebox
