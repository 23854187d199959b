// SPDX-License-Identifier: Apache-2.0
//
// Against SoftHSM (Debian package softhsm2), a token of real PKCS#11 in software.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "gateway/os/test_folder.h"
#include "gateway/vault/certificate.h"
#include "gateway/vault/credentials/testing_material.h"
#include "gateway/vault/testing_shelf.h"
#include "gateway/vault/tokens/pins.h"
#include "gateway/vault/tokens/token.h"

namespace semafoor::vault::tokens {
namespace {

namespace fs = std::filesystem;

constexpr char kLibrary[] = "/usr/lib/softhsm/libsofthsm2.so";
constexpr char kProgram[] = "/usr/bin/softhsm2-util";

// One token for all tests: the library reads its settings once.
class SoftHsm : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!fs::exists(kLibrary) || !fs::exists(kProgram)) return;
    folder_ = os::make_test_folder("softhsm");
    fs::create_directory(folder_ / "tokens");
    std::ofstream(folder_ / "softhsm2.conf")
        << "directories.tokendir = " << (folder_ / "tokens").string() << "\n"
        << "objectstore.backend = file\nlog.level = ERROR\n";
    ::setenv("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").c_str(), 1);
    run("--init-token --free --label ocmw --pin 1234 --so-pin 5678");
    put("rsa", "a1", true);
    put("ec", "b2", false);
  }
  static void TearDownTestSuite() {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  void SetUp() override {
    if (folder_.empty()) GTEST_SKIP() << "SoftHSM is not installed: apt-get install softhsm2";
  }

  static void run(const std::string& words) {
    ASSERT_EQ(std::system((std::string(kProgram) + " " + words + " > /dev/null").c_str()), 0)
        << words;
  }
  static void put(const std::string& label, const std::string& id, bool rsa) {
    const auto made = make_test_material(label, -3600, 86'400, rsa);
    const fs::path file = folder_ / (label + ".pem");
    std::ofstream(file) << std::string(made.key_pem.data(), made.key_pem.size());
    run("--import " + file.string() + " --token ocmw --pin 1234 --label " + label + " --id " + id);
    certificates_[label] = made.certificate_pem;
  }
  std::shared_ptr<KeyRing> ring() {
    EXPECT_TRUE(pins_.put("hsm", SecretBytes("1234")).ok());
    TokenSettings settings{.name = "hsm", .module = kLibrary, .label = "ocmw", .keys = {}};
    settings.keys = {{"one", {.label = "rsa", .id = {}}},
                     {"two", {.label = {}, .id = "\xb2"}},
                     {"none", {.label = "none", .id = {}}}};
    return make_token_ring(
        {std::make_shared<Token>(settings, [this] { return pins_.pin("hsm"); })});
  }

  static inline fs::path folder_;
  static inline std::map<std::string, std::string> certificates_;
  MemoryShelf shelf_;
  Pins pins_{shelf_, nullptr};
};

TEST_F(SoftHsm, SignsAsTheCertificateOfTheKeyVerifies) {
  const auto keys = ring();
  for (const auto& [name, label, algorithm] :
       {std::tuple("one", "rsa", "RS256"), std::tuple("two", "ec", "ES256")}) {
    const auto signer = keys->signer(name);
    ASSERT_TRUE(signer.ok()) << signer.error().message;
    EXPECT_EQ((*signer)->algorithm(), algorithm);
    const auto signature = (*signer)->sign("data");
    ASSERT_TRUE(signature.ok()) << signature.error().message;
    EXPECT_TRUE(verify_signature(certificates_[label], algorithm, "data", *signature).ok());
    EXPECT_TRUE((*signer)->test().ok());
    EXPECT_EQ((*signer)->describe()->home, "token hsm");
  }
  EXPECT_EQ(keys->signer("none").error().code, "vault.key_missing");
}

TEST_F(SoftHsm, WithoutItsPinOrWithAWrongOneItIsSaid) {
  TokenSettings settings{.name = "hsm", .module = kLibrary, .label = "ocmw", .keys = {}};
  Token pinless(settings, [this] { return pins_.pin("hsm"); });
  EXPECT_EQ(pinless.sign({.label = "rsa", .id = {}}, "data").error().code, "vault.pin_missing");
  ASSERT_TRUE(pins_.put("hsm", SecretBytes("4321")).ok());
  EXPECT_EQ(pinless.sign({.label = "rsa", .id = {}}, "data").error().code, "vault.pin_wrong");
  ASSERT_TRUE(pins_.put("hsm", SecretBytes("1234")).ok());
  EXPECT_TRUE(pinless.sign({.label = "rsa", .id = {}}, "data").ok()) << "given the right one";
  settings.label = "another";
  Token absent(settings, [this] { return pins_.pin("hsm"); });
  EXPECT_EQ(absent.sign({.label = "rsa", .id = {}}, "data").error().code, "vault.token_missing");
}

}  // namespace
}  // namespace semafoor::vault::tokens
