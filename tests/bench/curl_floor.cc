// SPDX-License-Identifier: Apache-2.0
//
// The floor of an initial synchronisation: nothing but libcurl that makes the requests of a list,
// and drops what it gets. As in the gateway each request has a connection of its own, one thread
// reads the list and others download.
//
//   bench_curl_floor THREADS TOKEN < REQUESTS
//
// A line is "L URL" (one after the other, by the thread of the list) or "D URL" (a download).
#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using Urls = std::vector<std::string>;

struct Count {
  std::atomic<std::size_t> requests = 0;
  std::atomic<std::size_t> bytes = 0;
  std::atomic<std::size_t> failed = 0;
};

std::size_t drop(char*, std::size_t size, std::size_t number, void* bytes) {
  *static_cast<std::size_t*>(bytes) += size * number;
  return size * number;
}

// The URLs of `urls` that nobody took yet.
void get_all(const Urls& urls, std::atomic<std::size_t>& next, const std::string& token,
             Count& count) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, ("Authorization: Bearer " + token).c_str()), &curl_slist_free_all);
  std::size_t bytes = 0;
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &bytes);
  curl_easy_setopt(curl.get(), CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_BUFFERSIZE, 128L * 1024);
  for (std::size_t i = 0; (i = next++) < urls.size();) {
    curl_easy_setopt(curl.get(), CURLOPT_URL, urls[i].c_str());
    long status = 0;
    const CURLcode code = curl_easy_perform(curl.get());
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK || status != 200) ++count.failed;
    ++count.requests;
  }
  count.bytes += bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_curl_floor THREADS TOKEN < REQUESTS\n");
    return 2;
  }
  const int threads = std::atoi(argv[1]);
  const std::string token = argv[2];
  Urls lists;
  Urls downloads;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.size() > 2) (line[0] == 'L' ? lists : downloads).push_back(line.substr(2));
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Count count;
  std::atomic<std::size_t> next_list = 0;
  std::atomic<std::size_t> next_download = 0;
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    workers.emplace_back([&] { get_all(lists, next_list, token, count); });
    for (int i = 0; i < threads; ++i)
      workers.emplace_back([&] { get_all(downloads, next_download, token, count); });
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"seconds\":%.3f,\"requests\":%zu,\"bytes\":%zu,\"failed\":%zu}\n", took.count(),
              count.requests.load(), count.bytes.load(), count.failed.load());
  curl_global_cleanup();
  return count.failed == 0 ? 0 : 1;
}
