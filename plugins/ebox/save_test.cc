// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "plugins/ebox/digest.h"
#include "plugins/kit/testing/plugin_fixture.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::ebox {
namespace {

namespace fs = std::filesystem;

constexpr char kRead[] = "/semafoor.v1.Mailbox/ReadAttachment";
constexpr char kContent[] = "the bytes of a letter";

std::string sha256_of(const std::string& text) {
  Sha256 digest;
  digest.add({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return digest.finish();
}

TEST(Digest, IsThatOfTheStandard) {
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(sha256_of("abc").substr(0, 4), "\xba\x78\x16\xbf");
}

class SaveTest : public kit::testing::PluginTest {
 protected:
  SaveTest() {
    std::random_device chance;
    do {
      folder_ = (fs::temp_directory_path() / ("save-" + std::to_string(chance()))).string();
    } while (!fs::create_directory(folder_));
    serve("letter.pdf", sha256_of(kContent));
  }
  ~SaveTest() override { fs::remove_all(folder_); }

  void serve(const std::string& name, const std::string& sha256) {
    v1::ReadAttachmentResponse head;
    head.mutable_head()->set_attachment_id("a1");
    head.mutable_head()->set_file_name(name);
    head.mutable_head()->set_sha256(sha256);
    head.mutable_head()->set_size_bytes(static_cast<std::int64_t>(sizeof kContent - 1));
    v1::ReadAttachmentResponse chunk;
    chunk.set_chunk(kContent);
    gateway_.stream(kRead, {head.SerializeAsString(), chunk.SerializeAsString()});
  }
  semafoor_status save(nlohmann::json more = nlohmann::json::object()) {
    nlohmann::json request = {{"messageId", "m1"}, {"attachmentId", "a1"}, {"folder", folder_}};
    request.update(more);
    return call("LocalMailbox/SaveAttachment", request.dump());
  }
  fs::path saved_path() const {
    return fs::path(nlohmann::json::parse(body_)["path"].get<std::string>());
  }
  // As the system writes it.
  fs::path in_folder(const std::string& name) const {
    return (fs::path(folder_) / name).make_preferred();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  std::string folder_;
};

TEST_F(SaveTest, TheWholeRightFileIsThere) {
  ASSERT_EQ(save(), SEMAFOOR_OK) << problem_.message;
  EXPECT_EQ(saved_path(), in_folder("letter.pdf"));
  std::ifstream file(saved_path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), kContent);
  EXPECT_EQ(files(), 1U);
}

TEST_F(SaveTest, AFileOfThatNameStaysUnlessItIsToBeReplaced) {
  std::ofstream(folder_ + "/letter.pdf") << "mine";
  ASSERT_EQ(save(), SEMAFOOR_OK);
  EXPECT_EQ(saved_path(), in_folder("letter (2).pdf"));
  ASSERT_EQ(save({{"overwrite", true}}), SEMAFOOR_OK);
  EXPECT_EQ(saved_path(), in_folder("letter.pdf"));
  EXPECT_EQ(fs::file_size(saved_path()), sizeof kContent - 1);
  EXPECT_EQ(files(), 2U);
}

TEST_F(SaveTest, BytesThatDoNotMatchTheDigestMakeNoFile) {
  serve("letter.pdf", sha256_of("another letter"));
  EXPECT_EQ(save(), SEMAFOOR_DATA_LOSS);
  EXPECT_EQ(problem_.code, "attachment.digest");
  EXPECT_EQ(files(), 0U);
}

TEST_F(SaveTest, AStreamThatBreaksMakesNoFile) {
  v1::ReadAttachmentResponse head;
  head.mutable_head()->set_size_bytes(100);
  gateway_.stream(kRead, {head.SerializeAsString()},
                  {.status = SEMAFOOR_UNAVAILABLE, .message = "The connection broke."});
  EXPECT_EQ(save(), SEMAFOOR_UNAVAILABLE);
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(gateway_.streams_open(), 0);
}

TEST_F(SaveTest, NoNameLeavesTheFolder) {
  serve("../../x", sha256_of(kContent));
  ASSERT_EQ(save(), SEMAFOOR_OK);
  EXPECT_EQ(saved_path(), in_folder("x"));
  for (const std::string& name :
       {std::string("../x"), std::string("a/b"), std::string(".."), std::string(300, 'a')}) {
    EXPECT_EQ(save({{"fileName", name}}), SEMAFOOR_INVALID_ARGUMENT) << name;
    EXPECT_EQ(problem_.code, "save.file_name");
  }
  EXPECT_EQ(files(), 1U);
}

TEST_F(SaveTest, FoldersAndNamesMayHaveAnyLettersAndBeLong) {
  // Longer than the 260 characters that a path on Windows could once have.
  fs::path deep =
      fs::path(folder_) / fs::path(u8"ontvangen \u00e9\u00e9n \u0645\u0631\u062d\u0628\u0627");
  for (int i = 0; i < 3; ++i) deep /= std::string(60, 'd');
  std::error_code refused;
  fs::create_directories(deep, refused);
  if (refused) GTEST_SKIP() << "this system makes no such folder: " << refused.message();
  const std::u8string folder = deep.u8string();
  const std::string name = "brief \xc3\xa9\xd9\x85 " + std::string(60, 'n') + ".pdf";
  ASSERT_EQ(save({{"folder", std::string(folder.begin(), folder.end())}, {"fileName", name}}),
            SEMAFOOR_OK)
      << problem_.message;
  const std::string path = nlohmann::json::parse(body_)["path"];
  EXPECT_TRUE(path.ends_with(name)) << path;
  EXPECT_EQ(std::distance(fs::directory_iterator(deep), fs::directory_iterator()), 1);
}

TEST_F(SaveTest, AFolderThatIsNoneIsSaid) {
  EXPECT_EQ(save({{"folder", "relative"}}), SEMAFOOR_INVALID_ARGUMENT);
  EXPECT_EQ(problem_.code, "save.folder");
  EXPECT_EQ(save({{"folder", folder_ + "/nowhere"}}), SEMAFOOR_FAILED_PRECONDITION);
  EXPECT_THAT(problem_.message, ::testing::HasSubstr("nowhere: "));
  std::ofstream(folder_ + "/file") << "x";
  EXPECT_EQ(save({{"folder", folder_ + "/file"}}), SEMAFOOR_FAILED_PRECONDITION);
}

}  // namespace
}  // namespace semafoor::ebox
