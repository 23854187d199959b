// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/key_check.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>

#include "gateway/vault/evp_signer.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/openssl_handles.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t kSoon = 30LL * 24 * 3600;

std::string day_of(const ASN1_TIME* moment) {
  std::tm parts{};
  char text[16] = "?";
  if (ASN1_TIME_to_tm(moment, &parts) == 1) std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

// The certificate that was asked for with the key often stands in the same file.
void check_certificates(const fs::path& file, const SecretBytes& pem, std::int64_t now_s,
                        std::vector<KeyFinding>& findings) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  while (bio) {
    const Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) break;
    const ASN1_TIME* const end = X509_get0_notAfter(certificate.get());
    std::time_t now = now_s;
    std::time_t soon = now_s + kSoon;
    if (X509_cmp_time(end, &now) < 0)
      findings.push_back({file, "Checking the certificate in the file: it expired on " +
                                    day_of(end) +
                                    ". Ask for a new one, register it, and replace the file."});
    else if (X509_cmp_time(end, &soon) < 0)
      findings.push_back({file,
                          "Checking the certificate in the file: it expires on " + day_of(end) +
                              ". Ask for a new one in time.",
                          true});
  }
  ERR_clear_error();
}

void check_key(const fs::path& folder, const fs::path& file, std::int64_t now_s,
               std::vector<KeyFinding>& findings) {
  const auto signer = make_pem_key_ring(folder)->signer(file.stem().string());
  if (!signer.ok()) {
    findings.push_back({file, signer.error().message});
    return;
  }
  if (const auto pem = read_key_file(folder, file.filename().string()); pem.ok())
    check_certificates(file, *pem, now_s, findings);
}

}  // namespace

std::vector<KeyFinding> check_keys(const fs::path& folder, std::int64_t now_s, bool used) {
  std::vector<KeyFinding> findings;
  std::vector<fs::path> files;
  std::error_code problem;
  for (fs::directory_iterator each(folder, problem); !problem && each != fs::directory_iterator();
       each.increment(problem))
    if (each->path().extension() == ".pem") files.push_back(each->path());
  if (!used && (files.empty() || problem == std::errc::no_such_file_or_directory)) return {};
  if (problem == std::errc::no_such_file_or_directory) {
    findings.push_back({folder,
                        "Looking for keys: there is no such folder yet. Make it (mode 0700, owned "
                        "by the account of the gateway) and put each organisation's key there as "
                        "NAME.pem (mode 0600).",
                        true});
  } else if (problem) {
    findings.push_back({folder, "Looking for keys: the folder cannot be read (" +
                                    problem.message() +
                                    "). Run this under the account of the gateway, and give that "
                                    "account access."});
  } else if (files.empty()) {
    findings.push_back({folder,
                        "Looking for keys: there is none. Put each organisation's key there as "
                        "NAME.pem (mode 0600, owned by the account of the gateway).",
                        true});
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    check_key(folder, file, now_s, findings);
    if (!used)
      findings.push_back({file,
                          "Looked at the key: it lies there in clear, and the settings do not "
                          "allow its use. Import it (semafoorctl credentials import), and remove "
                          "the file.",
                          true});
  }
  return findings;
}

}  // namespace semafoor::vault
