// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/curl_handles.h"

#include <utility>

#include "gateway/upstream/http/quiet_pipe.h"

namespace semafoor::upstream {
namespace {

// More lines than this are used only in a burst, and closed after it.
constexpr std::size_t kMostIdleLines = 32;
constexpr long kMostConnectionsPerLine = 4;

}  // namespace

CurlShare::CurlShare() : share_(curl_share_init()) {
  curl_share_setopt(share_, CURLSHOPT_LOCKFUNC, &CurlShare::lock);
  curl_share_setopt(share_, CURLSHOPT_UNLOCKFUNC, &CurlShare::unlock);
  curl_share_setopt(share_, CURLSHOPT_USERDATA, this);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

CurlShare::~CurlShare() {
  curl_share_cleanup(share_);
}

void CurlShare::lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
  static_cast<CurlShare*>(self)->locks_[static_cast<std::size_t>(data)].lock();
}

void CurlShare::unlock(CURL*, curl_lock_data data, void* self) {
  static_cast<CurlShare*>(self)->locks_[static_cast<std::size_t>(data)].unlock();
}

CurlPool::CurlPool() {
  // Counted and safe from several threads since libcurl 7.84.
  curl_global_init(CURL_GLOBAL_DEFAULT);
  share_ = std::make_unique<CurlShare>();
}

CurlPool::~CurlPool() {
  // Closing says goodbye to the peer, who may be gone.
  const QuietPipe quiet;
  idle_.clear();
  share_.reset();
  curl_global_cleanup();
}

std::unique_ptr<CurlLine> CurlPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<CurlLine> line = std::move(idle_.back());
      idle_.pop_back();
      return line;
    }
  }
  auto line = std::make_unique<CurlLine>();
  if (!line->multi || !line->easy) return nullptr;
  curl_multi_setopt(line->multi.get(), CURLMOPT_MAXCONNECTS, kMostConnectionsPerLine);
  return line;
}

void CurlPool::give_back(std::unique_ptr<CurlLine> line) {
  const QuietPipe quiet;
  curl_easy_reset(line->easy.get());
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdleLines) idle_.push_back(std::move(line));
}

}  // namespace semafoor::upstream
