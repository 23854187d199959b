// SPDX-License-Identifier: Apache-2.0
//
// Signing and verifying a SOAP message, next to OpenSSL's bare RSA operations with the same key in
// the same run, taken by turns; processor time, so that what else the machine does counts less. One
// JSON object a row, for ./dev bench.
#include <benchmark/benchmark.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "gateway/upstream/soap/testing/identity.h"
#include "gateway/upstream/soap/verification.h"
#include "gateway/upstream/xml/reader.h"

namespace {

using namespace semafoor::upstream;
using soap::testing::kNow;

// As large as an answer about one signal.
const std::string kPayload = "<x:request xmlns:x=\"urn:x-semafoor:bench\"><remark>" +
                             std::string(1500, 'a') + "</remark></x:request>";

struct Fixture {
  soap::testing::TestKey pem = soap::testing::make_test_key("bench");
  soap::X509Identity identity = soap::testing::identity_of(pem);
  std::string message = soap::signed_envelope(identity, kPayload, kNow).value();
  EVP_PKEY* key = nullptr;
  std::string bare_signature;

  Fixture() {
    BIO* bio = BIO_new_mem_buf(pem.private_pem.data(), static_cast<int>(pem.private_pem.size()));
    key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bare_signature = sign();
  }
  ~Fixture() { EVP_PKEY_free(key); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  // Of the digest of 32 bytes, as `openssl speed rsa2048` does.
  std::string sign() const {
    std::string signature(256, '\0');
    std::size_t size = signature.size();
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
    const unsigned char digest[32] = {1};
    if (EVP_PKEY_sign_init(context) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1 ||
        EVP_PKEY_sign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, digest,
                      sizeof digest) != 1) {
      std::abort();
    }
    EVP_PKEY_CTX_free(context);
    return signature;
  }

  void verify() const {
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
    const unsigned char digest[32] = {1};
    if (EVP_PKEY_verify_init(context) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) != 1 ||
        EVP_PKEY_verify(context, reinterpret_cast<const unsigned char*>(bare_signature.data()),
                        bare_signature.size(), digest, sizeof digest) != 1) {
      std::abort();
    }
    EVP_PKEY_CTX_free(context);
  }
};

const Fixture& fixture() {
  static const Fixture one;
  return one;
}

void sign_bare(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(fixture().sign());
}
void sign_message(benchmark::State& state) {
  for (auto _ : state) {
    if (!soap::signed_envelope(fixture().identity, kPayload, kNow)) std::abort();
  }
}
void verify_bare(benchmark::State& state) {
  for (auto _ : state) fixture().verify();
}
void verify_message(benchmark::State& state) {
  const soap::VerifyPolicy policy{.trusted = {fixture().identity.certificate}};
  for (auto _ : state) {
    const auto document = xml::read(fixture().message);
    if (!soap::verify(soap::read_envelope(*document).value(), policy, kNow)) std::abort();
  }
}
BENCHMARK(sign_bare);
BENCHMARK(sign_message);
BENCHMARK(verify_bare);
BENCHMARK(verify_message);

// Medians of the repetitions, as rows.
class Rows final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.aggregate_name == "median") {
        medians_[run.run_name.function_name] = run.GetAdjustedCPUTime() / 1000;
      }
    }
  }
  void Finalize() override {
    for (const char* what : {"sign", "verify"}) {
      const double value = medians_[std::string(what) + "_message"];
      const double floor = medians_[std::string(what) + "_bare"];
      std::printf(
          "{\"name\":\"soap_%s\",\"value\":%.1f,\"unit\":\"us CPU "
          "p50\",\"floor\":%.1f,\"ratio\":%.3f,"
          "\"target\":null,\"met\":null}\n",
          what, value, floor, value / floor);
    }
  }

 private:
  std::map<std::string, double> medians_;
};

}  // namespace

int main() {
  std::vector<std::string> options = {"semafoor-bench-soap", "--benchmark_repetitions=9",
                                      "--benchmark_min_time=0.1",
                                      "--benchmark_enable_random_interleaving=true"};
  std::vector<char*> arguments;
  arguments.reserve(options.size());
  for (std::string& option : options) arguments.push_back(option.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  Rows rows;
  benchmark::RunSpecifiedBenchmarks(&rows);
  return 0;
}
