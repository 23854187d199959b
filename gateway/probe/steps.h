// SPDX-License-Identifier: Apache-2.0
//
// What is looked at, one step at a time. Nothing here fetches, acknowledges or sends, and nothing
// is marked read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/probe/connection.h"
#include "gateway/upstream/upstreams.h"
#include "gateway/vault/signer.h"

namespace semafoor::probe {

// Seconds since 1970 UTC.
using NowSeconds = std::function<std::int64_t()>;

// "dns" and "tls" of an address.
std::vector<PlannedStep> wire_steps(const std::string& url, const upstream::HttpSettings& settings,
                                    const NowSeconds& now_s);

// The credentials' key is there, can be had and can sign; its certificate is over it and in force.
PlannedStep key_step(const std::shared_ptr<vault::KeyRing>& keys,
                     const upstream::Credentials& credentials, const NowSeconds& now_s);

// A fresh token, what it is good for, and how the clocks differ.
PlannedStep token_step(const std::shared_ptr<upstream::TokenSource>& tokens,
                       const std::shared_ptr<upstream::ClockSkew>& skew,
                       const std::string& endpoint);

// One page of one message: reading the list marks nothing read.
PlannedStep list_step(const Result<std::shared_ptr<upstream::EboxClient>>& client,
                      const std::string& url);

// Asks POD MI about an answer that there is not: its own "there is none" is what is hoped for, and
// in none of the manners of fetching does it take anything away.
PlannedStep mailbox_step(const Result<std::shared_ptr<upstream::PodmiClient>>& client,
                         const std::string& url);

}  // namespace semafoor::probe
