// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/request_body.h"

#include <exception>
#include <span>
#include <string>
#include <utility>

namespace semafoor::upstream {
namespace {

Error source_failed(const std::string& what) {
  return Error{.kind = ErrorKind::internal,
               .code = "upstream.source_failed",
               .message = "the content to send could not be read: " + what +
                          ". The sending was broken off; look at the log of the gateway"};
}

}  // namespace

Result<void> RequestBody::attach(CURL* easy, const HttpRequest& request) {
  if (request.method == "GET") return {};
  if (request.stream) {
    auto opened = request.stream->open();
    if (!opened) return std::move(opened).error();
    reader_ = std::move(*opened);
    left_ = request.stream->size;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(left_));
  } else if (request.method == "POST" || !request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method != "POST") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  return {};
}

std::size_t RequestBody::on_read(char* into, std::size_t, std::size_t size, void* self) {
  RequestBody& body = *static_cast<RequestBody*>(self);
  if (body.left_ == 0) return 0;
  try {
    Result<std::size_t> got =
        body.reader_->read(std::as_writable_bytes(std::span<char>(into, size)));
    if (!got) {
      body.failure_ = std::move(got).error();
    } else if (*got == 0 || *got > body.left_) {
      body.failure_ = source_failed("it is not as long as was said");
    } else {
      body.left_ -= *got;
      return *got;
    }
  } catch (const std::exception& problem) {
    // An exception must not travel through libcurl.
    body.failure_ = source_failed(problem.what());
  }
  return CURL_READFUNC_ABORT;
}

}  // namespace semafoor::upstream
