// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/files.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "gateway/os/test_folder.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/blobs.h"
#include "gateway/store/file_blobs.h"
#include "gateway/store/open_file.h"

namespace semafoor::store {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  ~Files() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  static std::string content_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  const fs::path folder_ = os::make_test_folder("files");
};

TEST_F(Files, ASmallFileIsReplacedWhole) {
  const fs::path file = folder_ / "key";
  auto none = read_small_file(file);
  ASSERT_TRUE(none.ok()) << none.error().message;
  EXPECT_FALSE(none->has_value());
  for (const std::string& text : {std::string("first"), std::string(100'000, 'x'), std::string()}) {
    const auto written = write_small_file(file, text);
    ASSERT_TRUE(written.ok()) << written.error().message;
    const auto read = read_small_file(file);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(**read, text);
  }
  EXPECT_FALSE(fs::exists(os::with_suffix(file, ".new")));
}

TEST_F(Files, FoldersAreMadeWithTheirParentsAndOnce) {
  const fs::path deep = folder_ / os::path_of("\xc3\xa9\xc3\xa9n") / "two" / "three";
  for (int time = 0; time < 2; ++time) {
    const auto made = make_folder(deep);
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  EXPECT_TRUE(fs::is_directory(deep));
}

TEST_F(Files, AFileInTheWayOfAFolderIsSaid) {
  std::ofstream(folder_ / "file") << "x";
  const auto made = make_folder(folder_ / "file" / "below");
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("file"), std::string::npos) << made.error().message;
}

TEST_F(Files, APrivateFileThatIsThereKeepsItsContent) {
  const fs::path file = folder_ / "database";
  ASSERT_TRUE(make_private_file(file).ok());
  EXPECT_EQ(content_of(file), "");
  std::ofstream(file) << "rows";
  ASSERT_TRUE(make_private_file(file).ok());
  EXPECT_EQ(content_of(file), "rows");
}

TEST_F(Files, AFileTakesTheNameOfAnother) {
  std::ofstream(folder_ / "old") << "old";
  std::ofstream(folder_ / "new") << "new";
  const auto renamed = rename_file("put in place", folder_ / "new", folder_ / "old");
  ASSERT_TRUE(renamed.ok()) << renamed.error().message;
  EXPECT_EQ(content_of(folder_ / "old"), "new");
  EXPECT_FALSE(fs::exists(folder_ / "new"));
}

TEST_F(Files, AFolderTakesTheNameOfAnEmptyOneOnly) {
  fs::create_directories(folder_ / "one");
  fs::create_directories(folder_ / "empty");
  fs::create_directories(folder_ / "full" / "x");
  EXPECT_FALSE(rename_folder("name", folder_ / "one", folder_ / "full").ok());
  EXPECT_TRUE(fs::exists(folder_ / "one"));
  const auto renamed = rename_folder("name", folder_ / "one", folder_ / "empty");
  EXPECT_TRUE(renamed.ok()) << renamed.error().message;
  EXPECT_FALSE(fs::exists(folder_ / "one"));
}

TEST_F(Files, BytesAreReadFromWhereTheyAreAskedFor) {
  auto made = OpenFile::create("create", folder_ / "bytes");
  ASSERT_TRUE(made.ok()) << made.error().message;
  ASSERT_EQ(made->write_all("0123456789", 10), 0);
  ASSERT_EQ(made->flush(), 0);
  int number = 0;
  const OpenFile file = OpenFile::read(folder_ / "bytes", number);
  ASSERT_EQ(number, 0);
  std::int64_t size = 0;
  ASSERT_EQ(file.size(size), 0);
  EXPECT_EQ(size, 10);
  std::array<char, 4> piece{};
  ASSERT_EQ(file.read_all(3, piece.data(), piece.size()), 0);
  EXPECT_EQ(std::string(piece.data(), piece.size()), "3456");
  EXPECT_NE(file.read_all(8, piece.data(), piece.size()), 0) << "ends before";
}

TEST_F(Files, AnAbsentFileIsToldFromAnUnreadableOne) {
  int number = 0;
  (void)OpenFile::read(folder_ / "nothing", number);
  EXPECT_TRUE(OpenFile::is_absent(number));
  (void)OpenFile::read(folder_ / "no" / "folder", number);
  EXPECT_TRUE(OpenFile::is_absent(number));
}

TEST_F(Files, AnAttachmentIsStoredTwiceAndReadOnce) {
  const auto blobs = make_file_blobs(folder_ / "blobs");
  const std::string text = "one attachment";
  const std::string name(64, 'a');
  for (int time = 0; time < 2; ++time) {
    auto writer = blobs->create("0212214917");
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    ASSERT_TRUE((*writer)->append(std::as_bytes(std::span(text))).ok());
    const auto stored = (*writer)->commit(name);
    ASSERT_TRUE(stored.ok()) << stored.error().message;
  }
  auto reader = blobs->open("0212214917", name);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  std::vector<std::byte> buffer(65'536);
  const auto size = (*reader)->read_piece(0, buffer);
  ASSERT_TRUE(size.ok()) << size.error().message;
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(buffer.data()), *size), text);
  EXPECT_EQ(blobs->open("0212214917", std::string(64, '0')).error().code, "blob.missing");
}

}  // namespace
}  // namespace semafoor::store
