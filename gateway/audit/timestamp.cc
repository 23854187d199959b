// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/timestamp.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>

namespace semafoor::audit {
namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using Request = Owned<TS_REQ, TS_REQ_free>;
using Answer = Owned<TS_RESP, TS_RESP_free>;

// What OpenSSL said last, and forgets then.
std::string reason() {
  std::array<char, 256> text{};
  const auto code = ERR_peek_last_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return code == 0 ? "no reason given" : text.data();
}

Error failed(const std::string& what) {
  return {.kind = ErrorKind::internal,
          .code = "audit.timestamp_failed",
          .message = "A timestamp was to be " + what + "; OpenSSL could not (" + reason() + ")."};
}

Error invalid_stamp(const std::string& why) {
  return {.kind = ErrorKind::data_loss,
          .code = "audit.timestamp_invalid",
          .message = "A timestamp was checked; it does not hold (" + why +
                     "). Look at [audit] timestamp_url and timestamp_ca, and at the authority's "
                     "certificate."};
}

bool put_nonce(TS_REQ& request) {
  const Owned<BIGNUM, BN_free> number(BN_new());
  if (!number || BN_rand(number.get(), 64, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1) return false;
  const Owned<ASN1_INTEGER, ASN1_INTEGER_free> nonce(BN_to_ASN1_INTEGER(number.get(), nullptr));
  return nonce && TS_REQ_set_nonce(&request, nonce.get()) == 1;
}

// Null when OpenSSL fails.
Request question_about(std::string_view bytes, bool with_nonce) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  Request request(TS_REQ_new());
  const Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
  if (!request || !imprint || !algorithm ||
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
      X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) != 1 ||
      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) != 1 ||
      TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(size)) != 1 ||
      TS_REQ_set_version(request.get(), 1) != 1 ||
      TS_REQ_set_msg_imprint(request.get(), imprint.get()) != 1 ||
      TS_REQ_set_cert_req(request.get(), 1) != 1 || (with_nonce && !put_nonce(*request)))
    request.reset();
  return request;
}

// Milliseconds since 1970; -1 when it says none.
std::int64_t time_of(TS_RESP& answer) {
  TS_TST_INFO* const info = TS_RESP_get_tst_info(&answer);
  const ASN1_GENERALIZEDTIME* const time = info == nullptr ? nullptr : TS_TST_INFO_get_time(info);
  const Owned<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (time == nullptr || !epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1)
    return -1;
  return (std::int64_t{86'400} * days + seconds) * 1000;
}

// The certificates that an authority is trusted by, as they are valid at a time.
Owned<X509_STORE, X509_STORE_free> store_of(const std::string& ca, std::int64_t time_ms) {
  Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  const Owned<BIO, BIO_free> source(BIO_new_mem_buf(ca.data(), static_cast<int>(ca.size())));
  int count = 0;
  while (store && source) {
    const Owned<X509, X509_free> one(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    if (X509_STORE_add_cert(store.get(), one.get()) == 1) ++count;
  }
  // The end of the file is an error to OpenSSL.
  ERR_clear_error();
  if (count == 0) return nullptr;
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()),
                             static_cast<std::time_t>(time_ms / 1000));
  return store;
}

Result<std::int64_t> check(const std::string& bytes, TS_REQ* question, const std::string& ca) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const Answer answer(d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size())));
  if (!answer) return invalid_stamp("it is no answer of RFC 3161: " + reason());
  const auto status =
      ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer.get())));
  if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
    return Error{.kind = ErrorKind::unavailable,
                 .code = "audit.timestamp_refused",
                 .message = "A timestamp was asked for; the authority refused (status " +
                            std::to_string(status) + "). Ask it why.",
                 .retryable = true};
  const std::int64_t time_ms = time_of(*answer);
  if (time_ms < 0) return invalid_stamp("it says no time");
  auto store = store_of(ca, time_ms);
  if (!store)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "audit.timestamp_ca",
                 .message =
                     "A timestamp was to be checked; [audit] timestamp_ca holds no "
                     "certificate. Put the authority's root there, as PEM."};
  const Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free> context(
      TS_REQ_to_TS_VERIFY_CTX(question, nullptr));
  if (!context) return failed("checked");
  TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION);
  // The context owns it from here on.
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  if (TS_RESP_verify_response(context.get(), answer.get()) != 1) return invalid_stamp(reason());
  return time_ms;
}

}  // namespace

Result<std::string> timestamp_request(std::string_view bytes) {
  const Request request = question_about(bytes, true);
  unsigned char* der = nullptr;
  const int size = request ? i2d_TS_REQ(request.get(), &der) : -1;
  if (size < 0) return failed("asked for");
  std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

Result<std::int64_t> check_timestamp(const std::string& answer, std::string_view bytes,
                                     const std::string& ca) {
  const Request question = question_about(bytes, false);
  if (!question) return failed("checked");
  return check(answer, question.get(), ca);
}

Result<std::int64_t> check_timestamp_answer(const std::string& answer, const std::string& request,
                                            std::string_view bytes, const std::string& ca) {
  const auto* at = reinterpret_cast<const unsigned char*>(request.data());
  const Request question(d2i_TS_REQ(nullptr, &at, static_cast<long>(request.size())));
  if (!question) return failed("checked");
  if (auto held = check(answer, question.get(), ca); !held) return held;
  return check_timestamp(answer, bytes, ca);
}

}  // namespace semafoor::audit
