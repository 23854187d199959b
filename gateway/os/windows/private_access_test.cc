// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/windows/private_access.h"

#include <gtest/gtest.h>
// After windows.h, whose types they use.
#include <shellapi.h>

#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/command_line.h"
#include "gateway/os/windows/handle.h"

namespace semafoor::os::windows {
namespace {

TEST(CommandLine, ComesApartAsItWas) {
  const std::vector<std::string> words{"run",
                                       "",
                                       "two words",
                                       "ends in \\",
                                       "a \"quote\"",
                                       "\\\\\"",
                                       "C:\\Gegevens van het OCMW\\\\",
                                       "\xd9\x85\xd9\x83\xd8\xaa\xd8\xa8"};
  const std::wstring line = command_line(L"C:\\Program Files\\a.exe", words);
  int count = 0;
  wchar_t** apart = CommandLineToArgvW(line.c_str(), &count);
  ASSERT_EQ(static_cast<std::size_t>(count), words.size() + 1);
  EXPECT_EQ(utf8_of(apart[0]), "C:\\Program Files\\a.exe");
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(utf8_of(apart[i + 1]), words[i]);
  LocalFree(apart);
}

class PrivateFiles : public ::testing::Test {
 protected:
  std::filesystem::path file_ = std::filesystem::temp_directory_path() /
                                ("semafoor-private-" + std::to_string(GetCurrentProcessId()));
  void TearDown() override { DeleteFileW(file_.c_str()); }
};

TEST_F(PrivateFiles, NobodyElseMayReadOne) {
  PrivateAccess access;
  ASSERT_NE(access.get(), nullptr);
  const Handle made(CreateFileW(file_.c_str(), GENERIC_READ | GENERIC_WRITE, 0, access.get(),
                                CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
  ASSERT_TRUE(made) << words_of(GetLastError());
  const Sharing sharing = sharing_of(made.get());
  EXPECT_EQ(sharing.problem, DWORD{ERROR_SUCCESS});
  EXPECT_EQ(sharing.foreign_owner, "");
  EXPECT_TRUE(sharing.others.empty()) << sharing.others.front();
}

TEST_F(PrivateFiles, OneThatEverybodyMayReadIsSeen) {
  SECURITY_DESCRIPTOR open_to_all;
  ASSERT_TRUE(InitializeSecurityDescriptor(&open_to_all, SECURITY_DESCRIPTOR_REVISION));
  ASSERT_TRUE(SetSecurityDescriptorDacl(&open_to_all, TRUE, nullptr, FALSE));
  SECURITY_ATTRIBUTES attributes{sizeof attributes, &open_to_all, FALSE};
  const Handle made(CreateFileW(file_.c_str(), GENERIC_READ | GENERIC_WRITE, 0, &attributes,
                                CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr));
  ASSERT_TRUE(made) << words_of(GetLastError());
  EXPECT_FALSE(sharing_of(made.get()).others.empty());
}

}  // namespace
}  // namespace semafoor::os::windows
