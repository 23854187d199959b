// SPDX-License-Identifier: Apache-2.0
//
// Every misdeed a plugin can commit before or behind its entry, each answered with one sentence
// that names it. The beasts are in bestiary/, the damaged files are made here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "host-shim/testing/temporary_folder.h"
#include "semafoor/shim.hpp"
#include "tests/abi/foreign_library.h"
#include "tests/support/usage.h"

namespace semafoor::shim {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// One sentence for a log: no line end, and it says what to do or why.
void expect_sentence(const Error& error) {
  const std::string text = error.what();
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  EXPECT_EQ(text.find(". "), std::string::npos) << text;
  EXPECT_GE(text.size(), 40U) << text;
  EXPECT_EQ(error.domain(), "shim");
  EXPECT_EQ(error.code().rfind("shim.", 0), 0U) << error.code();
}

Error refusal(const std::string& folder, const std::string& id) {
  try {
    Plugins({folder}).load(id);
  } catch (const Error& error) {
    expect_sentence(error);
    return error;
  }
  ADD_FAILURE() << id << " was loaded";
  return {SEMAFOOR_OK, nullptr};
}

struct Misdeed {
  const char* id;
  semafoor_status status;
  const char* code;
  const char* says;
};

// Readable names in CTest's list.
void PrintTo(const Misdeed& misdeed, std::ostream* out) {
  *out << misdeed.id;
}

class Scanning : public ::testing::TestWithParam<Misdeed> {};

TEST_P(Scanning, IsRefused) {
  const Error error = refusal(BESTIARY, GetParam().id);
  EXPECT_EQ(error.status(), GetParam().status);
  EXPECT_EQ(error.code(), GetParam().code);
  EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Bestiary, Scanning,
    ::testing::Values(
        Misdeed{"no_entry", SEMAFOOR_E_ABI, "shim.no_entry", "does not export semafoor_entry_v1"},
        Misdeed{"next_major", SEMAFOOR_E_ABI, "shim.no_entry", "for ABI major 1"},
        Misdeed{"newer_abi", SEMAFOOR_E_ABI, "shim.newer_abi", "speaks ABI major 2"},
        Misdeed{"unresolved", SEMAFOOR_FAILED_PRECONDITION, "shim.load_failed",
                semafoor::testing::kUnresolved},
        Misdeed{"null_table", SEMAFOOR_E_ABI, "shim.bad_entry", "returned nothing"},
        Misdeed{"small_table", SEMAFOOR_E_ABI, "shim.bad_entry", "16 bytes"},
        Misdeed{"no_create", SEMAFOOR_E_ABI, "shim.bad_entry", "create"},
        Misdeed{"no_instance_functions", SEMAFOOR_E_ABI, "shim.bad_entry", "no functions"},
        Misdeed{"small_instance_table", SEMAFOOR_E_ABI, "shim.bad_entry", "8 bytes"},
        Misdeed{"no_stop", SEMAFOOR_E_ABI, "shim.bad_entry", "lacks start, stop"},
        Misdeed{"other_id", SEMAFOOR_E_ABI, "shim.bad_entry", "somebody-else"},
        Misdeed{"other_version", SEMAFOOR_E_ABI, "shim.bad_entry", "9.9.9"},
        Misdeed{"endless_info", SEMAFOOR_E_ABI, "shim.bad_entry", "never comes to an end"},
        Misdeed{"no_info", SEMAFOOR_E_ABI, "shim.bad_entry", "describes no plugin"},
        Misdeed{"textless_info", SEMAFOOR_E_ABI, "shim.bad_entry", "without bytes"},
        Misdeed{"throws_in_entry", SEMAFOOR_E_ABI, "shim.bad_entry", "exception"},
        Misdeed{"nobody", SEMAFOOR_NOT_FOUND, "shim.plugin_unknown", "looked in: "}),
    [](const auto& chosen) { return std::string(chosen.param.id); });

// Damaged copies of a good plugin, each in a folder of its own.
class Damaged : public ::testing::Test {
 protected:
  Damaged() : library_(semafoor::testing::plugin_file(folder_.path().string(), "fake")) {
    const fs::path good = semafoor::testing::plugin_file(FAKE_PLUGINS, "fake");
    fs::copy_file(good, library_);
    fs::copy_file(fs::path(good).replace_extension(".json"), manifest_);
  }

  Error refused() { return refusal(folder_.path().string(), "fake"); }
  void edit_manifest(const std::string& from, const std::string& to) {
    std::string text = read(manifest_);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    write(manifest_, text.replace(at, from.size(), to));
  }

  semafoor::testing::TemporaryFolder folder_;
  fs::path library_;
  fs::path manifest_ = fs::path(library_).replace_extension(".json");
};

TEST_F(Damaged, MissingLibrary) {
  fs::remove(library_);
  const Error error = refused();
  EXPECT_EQ(error.code(), "shim.library_missing");
  EXPECT_EQ(error.status(), SEMAFOOR_NOT_FOUND);
}

TEST_F(Damaged, TruncatedCopy) {
  const std::string whole = read(library_);
  for (const size_t left : {whole.size() / 2, size_t{100}, size_t{10}, size_t{0}}) {
    write(library_, whole.substr(0, left));
    EXPECT_EQ(refused().code(), "shim.library_truncated") << left;
  }
  write(library_, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(refused().code(),
            semafoor::testing::kLastByteCounts ? "shim.library_truncated" : "shim.wrong_hash");
}

TEST_F(Damaged, OneFlippedBit) {
  std::string bytes = read(library_);
  bytes[bytes.size() / 2] ^= 1;
  write(library_, bytes);
  const Error error = refused();
  EXPECT_EQ(error.code(), "shim.wrong_hash");
  EXPECT_EQ(error.status(), SEMAFOOR_DATA_LOSS);
}

TEST_F(Damaged, HashOfAnotherFile) {
  edit_manifest("\"sha256\":\"",
                std::string("\"sha256\":\"") + std::string(64, '0') + "\",\"old\":\"");
  EXPECT_EQ(refused().code(), "shim.wrong_hash");
}

TEST_F(Damaged, LibraryForAnotherProcessor) {
  write(library_, semafoor::testing::for_another_processor(read(library_)));
  const Error error = refused();
  EXPECT_EQ(error.code(), "shim.wrong_architecture");
  EXPECT_THAT(error.what(), HasSubstr("arm64"));
}

TEST_F(Damaged, LibraryForAnotherSystem) {
  const auto [content, system] = semafoor::testing::for_another_system();
  write(library_, content);
  const Error error = refused();
  EXPECT_EQ(error.code(), "shim.wrong_architecture");
  EXPECT_THAT(error.what(), HasSubstr(system + " on x86-64"));
}

TEST_F(Damaged, NotALibrary) {
  write(library_, "This is a text file that somebody renamed.");
  EXPECT_EQ(refused().code(), "shim.not_a_library");
  fs::remove(library_);
  fs::create_directory(library_);
  EXPECT_EQ(refused().code(), "shim.not_a_library");
}

TEST_F(Damaged, ManifestForAnotherArchitecture) {
  edit_manifest(PLATFORM, "windows-x86");
  EXPECT_THAT(refused().what(), HasSubstr("windows-x86"));
}

TEST_F(Damaged, ManifestThatIsNotJson) {
  write(manifest_, "{\"manifest\":1,");
  const Error error = refused();
  EXPECT_EQ(error.code(), "shim.plugin_unknown");
  EXPECT_THAT(error.what(), HasSubstr("not JSON"));
}

TEST_F(Damaged, RelativeFolder) {
  try {
    const Plugins plugins({fs::relative(folder_.path()).string()});
    FAIL() << "a relative path was accepted";
  } catch (const Error& error) {
    expect_sentence(error);
    EXPECT_EQ(error.code(), "shim.relative_path");
  }
}

// Misdeeds behind a good entry.
Error failure(const std::string& id, const std::function<void(Instance&)>& use) {
  const Plugins plugins({BESTIARY});
  try {
    Instance instance = plugins.start(id, "{}");
    use(instance);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << id << " got away with it";
  return {SEMAFOOR_OK, nullptr};
}

void call(Instance& instance) {
  instance.call("Beast/Anything");
}

TEST(Misbehaving, CreateFailsWithoutAReason) {
  const Error error = failure("create_fails", call);
  EXPECT_EQ(error.status(), SEMAFOOR_PERMISSION_DENIED);
  EXPECT_THAT(error.what(), HasSubstr("gave no reason"));
}

TEST(Misbehaving, CreateGivesNothing) {
  const Error error = failure("create_gives_nothing", call);
  EXPECT_EQ(error.code(), "shim.plugin_misbehaves");
  EXPECT_THAT(error.what(), HasSubstr("gave no instance"));
}

TEST(Misbehaving, ExceptionsDoNotReachTheHost) {  // P-3
  for (const char* id : {"throws_in_create", "throws_in_call"}) {
    const Error error = failure(id, call);
    EXPECT_EQ(error.status(), SEMAFOOR_INTERNAL) << id;
    EXPECT_THAT(error.what(), HasSubstr("P-3")) << id;
  }
}

TEST(Misbehaving, SuccessWithoutAValidReply) {
  for (const char* id : {"reply_missing", "reply_small"})
    EXPECT_THAT(failure(id, call).what(), HasSubstr("no valid reply")) << id;
}

TEST(Misbehaving, ReadOfMoreThanTheBufferHolds) {
  const Error error = failure("reads_too_much", [](Instance& instance) {
    uint8_t buffer[16];
    instance.open("Beast/Stream", "").read(buffer, sizeof buffer);
  });
  EXPECT_THAT(error.what(), HasSubstr("more bytes than the buffer holds"));
}

TEST(Misbehaving, AnExtensionThatIsNotThere) {
  const Error error =
      failure("reads_too_much", [](Instance& instance) { instance.next(std::chrono::seconds(0)); });
  EXPECT_EQ(error.status(), SEMAFOOR_UNIMPLEMENTED);
  EXPECT_THAT(error.what(), HasSubstr(SEMAFOOR_EXT_EVENTS));
}

// P-7: the host is not held up by a plugin that hangs, and its memory is not freed under it.
TEST(Misbehaving, StopThatNeverReturns) {
  std::string heard;
  Host host;
  host.log = [&heard](int32_t, std::string_view line) { heard = line; };
  const Plugins plugins({BESTIARY});
  // Never destroyed: that is what the host is told to do with it.
  static auto* const instance = new Instance(plugins.start("hangs_in_stop", "{}", std::move(host)));
  try {
    instance->stop(std::chrono::milliseconds(50));
    FAIL() << "stop returned";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), SEMAFOOR_DEADLINE_EXCEEDED);
    EXPECT_THAT(error.what(), HasSubstr("P-7"));
  }
  EXPECT_THAT(heard, HasSubstr("P-7"));
  EXPECT_EQ(semafoor_shim_destroy(instance->handle(), nullptr), SEMAFOOR_FAILED_PRECONDITION);
}

}  // namespace
}  // namespace semafoor::shim
