// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/sessions.h"

#include <openssl/rand.h>

#include <algorithm>
#include <mutex>

#include "gateway/domain/hex.h"

namespace semafoor::rpc {
namespace {

// Empty when the system gave no random bytes.
std::string random_token() {
  std::string bytes(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) !=
      1)
    return {};
  return domain::to_hex(bytes);
}

}  // namespace

Sessions::Sessions(SessionOptions options) : options_(std::move(options)) {
  if (!options_.now) options_.now = [] { return std::chrono::steady_clock::now(); };
}

Result<std::string> Sessions::open(Session session) {
  std::string token = random_token();
  if (token.empty())
    return Error{ErrorKind::internal, "session.no_randomness",
                 "A token was to be made; the system gave no random bytes. See the system's log."};
  session.expires = options_.now() + options_.lifetime;
  const ProcessName process = name_of(session.peer);
  if (full()) sweep();
  const std::unique_lock lock(mutex_);
  if (tokens_.size() >= options_.most)
    return Error{.kind = ErrorKind::resource_exhausted,
                 .code = "session.too_many",
                 .message =
                     "A session was asked for; the gateway holds as many as it may. Close "
                     "host processes that are not used, or ask again later.",
                 .retryable = true};
  Owner& mine = by_process_[process];
  if (mine.tokens.size() >= options_.most_per_process) {
    tokens_.erase(mine.tokens.front());
    mine.tokens.erase(mine.tokens.begin());
  }
  mine.tokens.push_back(token);
  if (!mine.rate) mine.rate = std::make_shared<RateLimit>(options_.calls_per_second);
  session.rate = mine.rate;
  tokens_.emplace(token, std::make_shared<const Session>(std::move(session)));
  return token;
}

Result<std::shared_ptr<const Session>> Sessions::find(std::string_view token) {
  std::shared_ptr<const Session> session;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = tokens_.find(token); found != tokens_.end()) session = found->second;
  }
  if (!session || session->expires <= options_.now()) {
    if (session) erase(token);
    return Error{ErrorKind::unauthenticated, "session.unknown",
                 "The call bore a token that is not valid (any more). Ask the attestation socket "
                 "for a new one."};
  }
  if (session->process && !session->process->alive()) {
    erase(token);
    return Error{ErrorKind::unauthenticated, "session.process_gone",
                 "The call bore the token of a process that has ended. Ask the attestation socket "
                 "for one of your own."};
  }
  return session;
}

bool Sessions::full() const {
  const std::shared_lock lock(mutex_);
  return tokens_.size() >= options_.most;
}

void Sessions::erase(std::string_view token) {
  const std::unique_lock lock(mutex_);
  const auto found = tokens_.find(token);
  if (found == tokens_.end()) return;
  if (const auto mine = by_process_.find(name_of(found->second->peer)); mine != by_process_.end()) {
    std::erase(mine->second.tokens, token);
    if (mine->second.tokens.empty()) by_process_.erase(mine);
  }
  tokens_.erase(found);
}

void Sessions::sweep() {
  std::vector<std::string> gone;
  const auto now = options_.now();
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [token, session] : tokens_)
      if (session->expires <= now || (session->process && !session->process->alive()))
        gone.push_back(token);
  }
  for (const std::string& token : gone) erase(token);
}

std::size_t Sessions::count() const {
  const std::shared_lock lock(mutex_);
  return by_process_.size();
}

}  // namespace semafoor::rpc
