// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/service.h"

#include "tests/sandbox/ksz/exchange.h"
#include "tests/sandbox/ksz/gate.h"
#include "tests/sandbox/ksz/soa.h"
#include "tests/sandbox/ksz/ssdn.h"

namespace semafoor::sandbox::ksz {

class Service::Inside {
 public:
  Inside(podmi::Mailbox& mailbox, const Credentials& credentials, Clock clock)
      : clock_(std::move(clock)),
        gate_(credentials),
        exchange_(mailbox),
        soa_(exchange_),
        ssdn_(exchange_) {}

  http::Reply serve(const http::Call& call) {
    if (call.path != kSoaPath && call.path != kSsdnPath) {
      return plain_fault(404, "no service has this path");
    }
    auto now = clock_() + call.clock_shift;
    http::Reply refusal;
    auto asked = gate_.admit(call, now, refusal);
    if (!asked) return refusal;
    return call.path == kSoaPath ? soa_.serve(call, *asked, now) : ssdn_.serve(call, *asked, now);
  }

  http::Reply error(const http::Call& call, const http::Fault& fault) {
    if (fault.kind == http::FaultKind::supplier_away) {
      auto now = clock_();
      return call.path == kSsdnPath ? Ssdn::supplier_away(call, now) : Soa::supplier_away(now);
    }
    if (fault.kind == http::FaultKind::account_expired) {
      return Gate::has_account(call) ? Gate::account_refused() : system_fault(not_authenticated());
    }
    return plain_fault(fault.status,
                       fault.code.empty() ? "injected by the control API" : fault.code);
  }

  std::optional<std::string> claimed_organisation(const http::Call& call) const {
    return gate_.claimed(call);
  }

 private:
  const Clock clock_;
  const Gate gate_;
  Exchange exchange_;
  Soa soa_;
  Ssdn ssdn_;
};

Service::Service(podmi::Mailbox& mailbox, const Credentials& credentials, Clock clock)
    : inside_(std::make_unique<Inside>(mailbox, credentials, std::move(clock))) {}
Service::~Service() = default;

http::Reply Service::serve(const http::Call& call) {
  return inside_->serve(call);
}

http::Reply Service::error(const http::Call& call, const http::Fault& fault) {
  return inside_->error(call, fault);
}

std::optional<std::string> Service::claimed_organisation(const http::Call& call) const {
  return inside_->claimed_organisation(call);
}

}  // namespace semafoor::sandbox::ksz
