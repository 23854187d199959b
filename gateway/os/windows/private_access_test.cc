// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/windows/private_access.h"

#include <gtest/gtest.h>
// After windows.h, whose types they use.
#include <aclapi.h>
#include <shellapi.h>

#include <fstream>

#include "gateway/os/test_folder.h"
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

TEST(GivenFolder, IsMadeAndIsTheServices) {
  const auto folder = make_test_folder("given");
  const auto data = folder / "new" / "data";
  // The second time it is there, and was left to everybody.
  for (int i = 0; i < 2; ++i) {
    const Given given = give_to_service(data, false);
    ASSERT_EQ(given.problem, DWORD{ERROR_SUCCESS}) << words_of(given.problem);
    EXPECT_FALSE(given.is_link);
    EXPECT_EQ(given.foreign_owner, "");
    const Handle opened(CreateFileW(data.c_str(), READ_CONTROL | WRITE_DAC,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    const Sharing sharing = sharing_of(opened.get());
    EXPECT_TRUE(sharing.others.empty()) << sharing.others.front();
    SetSecurityInfo(opened.get(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr,
                    nullptr, nullptr);
    ASSERT_FALSE(sharing_of(opened.get()).others.empty());
  }
  std::ofstream(folder / "file") << "x";
  EXPECT_NE(give_to_service(folder / "file" / "data", false).problem, DWORD{ERROR_SUCCESS});
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace semafoor::os::windows
