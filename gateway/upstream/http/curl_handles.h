// SPDX-License-Identifier: Apache-2.0
//
// libcurl's handles with owners, and a pool of them.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

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
// (Connections are not shared: libcurl does not support that between threads.)
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

// One exchange at a time; the multi handle keeps the connections and can be woken by another
// thread.
struct CurlLine {
  // Order matters: the easy handle goes first.
  std::unique_ptr<CURLM, CurlMultiFreer> multi{curl_multi_init()};
  std::unique_ptr<CURL, CurlEasyFreer> easy{curl_easy_init()};
};

// Lines wait here between exchanges, the one used last on top: its connection is the likeliest to
// be alive. Safe from several threads.
class CurlPool {
 public:
  CurlPool();
  ~CurlPool();
  CurlPool(const CurlPool&) = delete;
  CurlPool& operator=(const CurlPool&) = delete;

  std::unique_ptr<CurlLine> take();
  void give_back(std::unique_ptr<CurlLine> line);
  CURLSH* share() const { return share_->get(); }

 private:
  std::unique_ptr<CurlShare> share_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlLine>> idle_;
};

}  // namespace semafoor::upstream
