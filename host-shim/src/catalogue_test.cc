// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host-shim/testing/temporary_folder.h"

namespace semafoor::loader {
namespace {

using ::testing::HasSubstr;

nlohmann::json good(const std::string& id) {
  return {{"manifest", 1},
          {"id", id},
          {"name", "E-Box"},
          {"version", "1.0.0"},
          {"abi_major", 1},
          {"abi_minor", 0},
          {"architecture", "linux-x64"},
          {"library", "libsemafoor_" + id + ".so"},
          {"sha256", std::string(64, 'a')},
          {"protocol_minor", 0},
          {"a key of tomorrow", true}};
}

class Manifests : public ::testing::Test {
 protected:
  std::string refused(const std::string& content) {
    auto manifest = read_manifest(folder_.write("x.json", content));
    EXPECT_FALSE(manifest) << content;
    if (manifest) return {};
    EXPECT_EQ(manifest.problem().code, "shim.bad_manifest");
    return manifest.problem().message;
  }
  Catalogue catalogue() { return *Catalogue::read({folder_.path().string()}); }

  semafoor::testing::TemporaryFolder folder_;
};

TEST_F(Manifests, AreReadWithTheLibraryBesideThem) {
  folder_.write("libsemafoor_ebox.json", good("ebox").dump());
  const auto manifest = catalogue().find("ebox");
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->library_path(), folder_.path() / "libsemafoor_ebox.so");
  EXPECT_EQ(manifest->version, "1.0.0");
}

TEST_F(Manifests, ThatAreWrongSayWhere) {
  EXPECT_THAT(refused("{"), HasSubstr("not JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("\"manifest\""));
  EXPECT_THAT(refused(std::string(70'000, ' ')), HasSubstr("64 KiB"));
  for (const char* key :
       {"id", "name", "version", "architecture", "library", "sha256", "abi_major", "abi_minor"}) {
    auto manifest = good("ebox");
    manifest.erase(key);
    EXPECT_THAT(refused(manifest.dump()), HasSubstr(key));
    manifest[key] = nullptr;
    EXPECT_THAT(refused(manifest.dump()), HasSubstr(key));
  }
  auto newer = good("ebox");
  newer["manifest"] = 2;
  EXPECT_THAT(refused(newer.dump()), HasSubstr("newer"));
}

TEST_F(Manifests, CannotLeadOutOfTheirFolder) {
  for (const char* library : {"../x.so", "/lib/x.so", "..", "a\\b.dll", "c:x.dll"}) {
    auto manifest = good("ebox");
    manifest["library"] = library;
    EXPECT_THAT(refused(manifest.dump()), HasSubstr("\"library\"")) << library;
  }
}

TEST_F(Manifests, ForAnotherMajorOrArchitectureAreRefused) {
  constexpr Platform kPlatform{"linux-x64", 62, 2};
  Manifest manifest = *read_manifest(folder_.write("x.json", good("ebox").dump()));
  EXPECT_TRUE(check_manifest(manifest, kPlatform));
  manifest.abi_major = 2;
  EXPECT_EQ(check_manifest(manifest, kPlatform).problem().code, "shim.newer_abi");
  manifest.abi_major = 0;
  EXPECT_EQ(check_manifest(manifest, kPlatform).problem().code, "shim.older_abi");
  manifest.abi_major = 1;
  manifest.architecture = "windows-x64";
  EXPECT_THAT(check_manifest(manifest, kPlatform).problem().message, HasSubstr("windows-x64"));
}

TEST_F(Manifests, AnUnknownIdNamesWhatIsThereAndEveryPlaceThatWasTried) {
  folder_.write("libsemafoor_ebox.json", good("ebox").dump());
  folder_.write("libsemafoor_broken.json", "{");
  folder_.write("libsemafoor_lonely.so", "");
  const std::string absent = (folder_.path() / "absent").string();
  auto found = Catalogue::read({folder_.path().string(), absent});
  ASSERT_TRUE(found);
  auto unknown = found->find("ebocks");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.problem().status, SEMAFOOR_NOT_FOUND);
  for (const std::string& part :
       {std::string("\"ebocks\""), std::string("ebox 1.0.0"), folder_.path().string(),
        absent + " (the folder does not exist)", std::string("broken.json"),
        std::string("libsemafoor_lonely.so (there is no manifest beside it)")})
    EXPECT_THAT(unknown.problem().message, HasSubstr(part));
}

TEST_F(Manifests, OfEqualIdsTheFirstFolderWins) {
  const semafoor::testing::TemporaryFolder second;
  folder_.write("libsemafoor_ebox.json", good("ebox").dump());
  auto other = good("ebox");
  other["version"] = "2.0.0";
  second.write("libsemafoor_ebox.json", other.dump());
  auto found = Catalogue::read({folder_.path().string(), second.path().string()});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->find("ebox")->version, "1.0.0");
  EXPECT_THAT(found->skipped().front().reason, HasSubstr("was found before"));
}

TEST(Folders, MustBeAbsolute) {
  for (const char* folder : {"plugins", "./plugins", "../x", ""}) {
    auto found = Catalogue::read({folder});
    ASSERT_FALSE(found) << folder;
    EXPECT_EQ(found.problem().code, "shim.relative_path");
  }
  EXPECT_EQ(Catalogue::read({}).problem().code, "shim.no_folder");
}

}  // namespace
}  // namespace semafoor::loader
