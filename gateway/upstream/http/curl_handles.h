// SPDX-License-Identifier: Apache-2.0
//
// libcurl's handles with owners.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <mutex>

namespace semafoor::upstream {

// One each, because all of libcurl's handles are the same type to C++.
struct CurlEasyFreer {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlMultiFreer {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct CurlListFreer {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// DNS answers and TLS sessions, shared by all handles so that a new connection resumes a session.
class CurlShare {
 public:
  CurlShare();
  ~CurlShare();
  CurlShare(const CurlShare&) = delete;
  CurlShare& operator=(const CurlShare&) = delete;
  CURLSH* get() const { return share_; }

 private:
  static void lock(CURL*, curl_lock_data data, curl_lock_access, void* self);
  static void unlock(CURL*, curl_lock_data data, void* self);

  std::array<std::mutex, CURL_LOCK_DATA_LAST> locks_;
  CURLSH* share_;
};

// The handles of one exchange; the multi handle can be woken by another thread.
struct CurlLine {
  // Order matters: the easy handle goes first.
  std::unique_ptr<CURLM, CurlMultiFreer> multi{curl_multi_init()};
  std::unique_ptr<CURL, CurlEasyFreer> easy{curl_easy_init()};
};

}  // namespace semafoor::upstream
