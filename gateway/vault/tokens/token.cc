// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/tokens/token.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace semafoor::vault::tokens {
namespace {

constexpr std::size_t kMostWaiting = 64;
// A library that has not returned by then is left to itself at the end.
constexpr std::chrono::milliseconds kGrace{500};

Error said(const char* code, const TokenSettings& settings, const std::string& what) {
  return {.kind = ErrorKind::unavailable,
          .code = code,
          .message = "Asked the token '" + settings.name + "' for a signature: " + what,
          .retryable = true};
}

}  // namespace

// Shared with the thread, which may outlive the token: nobody can end a call of a vendor's library.
struct Token::State {
  struct Job {
    std::function<void(Device&)> work;
    // Nobody waits for it any more.
    bool abandoned = false;
    bool done = false;
  };

  std::mutex mutex;
  std::condition_variable bell;
  std::deque<std::shared_ptr<Job>> jobs;
  // Somebody has waited in vain, and the library has not returned since: nobody else waits.
  bool stuck = false;
  bool stopping = false;
  bool ended = false;
};

Token::Token(TokenSettings settings, Pin pin)
    : settings_(std::move(settings)), state_(std::make_shared<State>()) {
  thread_ = std::thread([state = state_, settings = settings_, pin = std::move(pin)] {
    {
      const std::unique_ptr<Device> device = make_device(settings, pin);
      std::unique_lock lock(state->mutex);
      while (true) {
        state->bell.wait(lock, [&] { return state->stopping || !state->jobs.empty(); });
        if (state->stopping) break;
        const auto job = std::move(state->jobs.front());
        state->jobs.pop_front();
        if (job->abandoned) continue;
        lock.unlock();
        job->work(*device);
        lock.lock();
        job->done = true;
        state->stuck = false;
        state->bell.notify_all();
      }
      lock.unlock();
    }
    const std::lock_guard lock(state->mutex);
    state->ended = true;
    state->bell.notify_all();
  });
}

Token::~Token() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->bell.notify_all();
  const bool ended = state_->bell.wait_for(lock, kGrace, [this] { return state_->ended; });
  lock.unlock();
  if (ended)
    thread_.join();
  else
    thread_.detach();
}

template <typename T>
Result<T> Token::ask(std::function<Result<T>(Device&)> work) {
  // Of the job, which may end after its caller has left.
  const auto answer = std::make_shared<std::optional<Result<T>>>();
  const auto job = std::make_shared<State::Job>();
  job->work = [answer, work = std::move(work)](Device& device) { answer->emplace(work(device)); };
  const Error slow =
      said("vault.token_slow", settings_,
           "it has not answered within " + std::to_string(settings_.deadline.count()) +
               " ms. Look whether its own program can use it; it is tried again by "
               "itself.");
  std::unique_lock lock(state_->mutex);
  if (state_->stuck) return slow;
  if (state_->jobs.size() >= kMostWaiting)
    return said("vault.token_busy", settings_,
                "too many wait for it already. It is tried again by itself.");
  state_->jobs.push_back(job);
  state_->bell.notify_all();
  if (state_->bell.wait_for(lock, settings_.deadline, [&] { return job->done; }))
    return std::move(**answer);
  job->abandoned = true;
  state_->stuck = true;
  return slow;
}

Result<TokenKey> Token::look(const KeyPlace& place) {
  return ask<TokenKey>([place](Device& device) { return device.look(place); });
}

Result<std::string> Token::sign(const KeyPlace& place, std::string data) {
  return ask<std::string>(
      [place, data = std::move(data)](Device& device) { return device.sign(place, data); });
}

}  // namespace semafoor::vault::tokens
