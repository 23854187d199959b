// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/local_policy.h"

#include <algorithm>

namespace semafoor::rpc {
namespace {

bool belongs_to(const PeerIdentity& peer, const std::string& group) {
  return std::ranges::find(peer.groups, group) != peer.groups.end();
}

bool fits(const AllowRule& rule, const PeerIdentity& peer) {
  if (!rule.account && !rule.group) return false;
  if (rule.account && *rule.account != peer.account) return false;
  return !rule.group || belongs_to(peer, *rule.group);
}

// Looks at the program once for all rules, and not at all when none wants to know it.
class Caller {
 public:
  explicit Caller(const ProgramLook& look) : look_(look) {}

  // Why the rule's program is not that of the caller; empty when it is.
  std::string against(const AllowRule& rule) {
    if (rule.program.empty() && rule.sha256.empty()) return {};
    if (!program_) program_ = look_();
    if (!program_->ok()) return program_->error().message;
    const Program& program = ***program_;
    if (!rule.program.empty() && !program.is(rule.program))
      return "The program that asked is " + program.path() +
             ", which is not the file that is now " + rule.program.string() +
             ". A program that was replaced must be started again.";
    if (rule.sha256.empty()) return {};
    const auto hash = program.sha256();
    if (!hash.ok()) return hash.error().message;
    if (*hash == rule.sha256) return {};
    return "The program that asked is " + program.path() + ", whose SHA-256 is " + *hash +
           ". Correct the rule if that is the program you trust.";
  }

 private:
  const ProgramLook& look_;
  std::optional<Result<std::shared_ptr<const Program>>> program_;
};

}  // namespace

Result<Rights> LocalPolicy::access_of(const PeerIdentity& peer, const ProgramLook& look) const {
  if (masters_.contains(peer.account) ||
      std::any_of(masters_.begin(), masters_.end(),
                  [&](const std::string& master) { return belongs_to(peer, master); }))
    return Rights(Access{.admin = true, .all_organisations = true});
  Rights sum;
  bool fitted = false;
  // Of the first rule that fits in all but the program.
  std::string other_program;
  Caller caller(look);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const AllowRule& rule = rules_[i];
    if (!fits(rule, peer)) continue;
    if (const std::string against = caller.against(rule); !against.empty()) {
      if (other_program.empty())
        other_program = "The account " + peer.account + " asked for a session; [[local.allow]] " +
                        std::to_string(i + 1) + " allows it for one program only. " + against;
      continue;
    }
    sum.add(rule.access);
    fitted = true;
  }
  if (fitted) return sum;
  if (!other_program.empty())
    return Error{ErrorKind::permission_denied, "attestation.program", std::move(other_program)};
  return Error{ErrorKind::permission_denied, "attestation.refused",
               "The account " + peer.account +
                   " asked for a session; the gateway's configuration does not allow it. Add a "
                   "[[local.allow]] for it, or run the program under an allowed account."};
}

}  // namespace semafoor::rpc
