// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/process.h"

#include <gtest/gtest.h>
#include <windows.h>

#include <fstream>

#include "gateway/app/windows/wishes.h"
#include "gateway/app/worker_process.h"
#include "gateway/os/test_folder.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::app {
namespace {

using os::windows::Handle;

class WindowsProcess : public testing::Test {
 protected:
  ~WindowsProcess() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const std::filesystem::path folder_ = os::make_test_folder("process");
};

TEST_F(WindowsProcess, ADataFolderBelongsToOneGateway) {
  const auto data = folder_ / "data";
  auto first = FolderLock::take(data);
  ASSERT_TRUE(first.ok()) << first.error().message;
  const auto second = FolderLock::take(data);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "data.in_use");
  EXPECT_NE(second.error().message.find(std::to_string(GetCurrentProcessId())), std::string::npos);
  first->reset();
  EXPECT_TRUE(FolderLock::take(data).ok());
}

TEST_F(WindowsProcess, TheLockKnowsTheFolderByAnyOfItsNames) {
  const auto data = folder_ / "Data";
  const auto first = FolderLock::take(data);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_FALSE(FolderLock::take(folder_ / "other" / ".." / "DATA").ok());
}

TEST_F(WindowsProcess, ALockedFolderCanBeRenamed) {
  const auto data = folder_ / "data";
  const auto lock = FolderLock::take(data);
  ASSERT_TRUE(lock.ok()) << lock.error().message;
  std::error_code problem;
  std::filesystem::rename(data, folder_ / "aside", problem);
  EXPECT_FALSE(problem) << problem.message();
}

TEST_F(WindowsProcess, AFolderThatCannotBeMadeIsSaid) {
  std::ofstream(folder_ / "file") << "x";
  const auto lock = FolderLock::take(folder_ / "file" / "data");
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().code, "data.folder");
}

TEST_F(WindowsProcess, WishesAreWaitedForAndTheWaitEnds) {
  EXPECT_FALSE(wait_signal(std::chrono::milliseconds(1)));
  SetEvent(windows::own_wishes().reload.get());
  EXPECT_EQ(wait_signal(std::chrono::seconds(10)), Signal::reload);
  EXPECT_FALSE(wait_signal(std::chrono::milliseconds(1))) << "told once";
  SetEvent(windows::own_wishes().stop.get());
  EXPECT_EQ(wait_signal(std::chrono::seconds(10)), Signal::stop);
  ResetEvent(windows::own_wishes().stop.get());
}

TEST_F(WindowsProcess, TheCommandStopIsHeardAlsoByAGatewayThatStartsBesideADyingOne) {
  os::windows::PrivateAccess access;
  const Handle of_the_dying(
      CreateEventW(access.get(), TRUE, FALSE, windows::name_for(folder_, L"stop").c_str()));
  ASSERT_TRUE(of_the_dying);
  listen_for_wishes(folder_);
  EXPECT_FALSE(wait_signal(std::chrono::milliseconds(1)));
  SetEvent(of_the_dying.get());
  EXPECT_EQ(wait_signal(std::chrono::seconds(10)), Signal::stop);
  windows::own_wishes().named_stop = Handle();
}

TEST_F(WindowsProcess, AccountsAreFoundByNameAndBySid) {
  EXPECT_EQ(account_of("S-1-5-18"), "S-1-5-18");
  EXPECT_FALSE(account_of("no-such-account-here"));
  EXPECT_TRUE(masters().contains("S-1-5-32-544"));
}

TEST_F(WindowsProcess, AWordThatNoSupervisorGaveIsRefused) {
  EXPECT_FALSE(end_with_supervisor("1,2"));
  EXPECT_FALSE(end_with_supervisor("yes"));
}

}  // namespace
}  // namespace semafoor::app
